// Memory without end, at 80 MiB a second, so that the builds beside and the apps have time to feel it.
const held = [];
setInterval(() => held.push(Buffer.alloc(8 * 1024 * 1024, 1)), 100);
