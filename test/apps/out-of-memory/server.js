const held = [];
setInterval(() => held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 10);
