<?php
namespace Greeting;

final class Hello
{
    public static function to(string $name): string
    {
        return \MessageFormatter::formatMessage('en', 'hello {0}', [$name]);
    }
}
