/** Each answer is made when it is asked for. */
export const load = () => ({ uid: process.getuid() });
