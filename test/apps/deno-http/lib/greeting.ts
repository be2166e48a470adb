export const greeting = 'hello from deno';
