process.stdout.write('connecting to the queue\n');
process.stderr.write('queue refused the password\n');
process.exitCode = 3;
