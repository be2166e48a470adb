<?php
require __DIR__ . '/lib/text.php';
if (isset($_GET['slow'])) sleep(1);
header('Content-Type: text/plain');
echo text(), ' ', posix_getuid(), ' ', $_SERVER['REMOTE_ADDR'], ' ', getenv('DYNO') ?: '-';
