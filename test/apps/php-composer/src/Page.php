<?php
namespace App;

final class Page
{
    public function text(): string
    {
        return \Greeting\Hello::to('one') . ' ' . posix_getuid() . ' ' . file_get_contents(__DIR__ . '/../built.txt');
    }
}
