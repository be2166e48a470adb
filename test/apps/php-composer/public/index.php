<?php
require __DIR__ . '/../vendor/autoload.php';
header('Content-Type: text/plain');
echo (new App\Page())->text(), ' ', $_SERVER['REQUEST_URI'];
