import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Controller()
class HomeController {
  @Get()
  home(): object {
    return { text: 'nest', uid: process.getuid?.() };
  }
}

@Module({ controllers: [HomeController] })
// oxlint-disable-next-line no-extraneous-class
class HomeModule {}

// As the scaffold has it: nothing says how to end, nor which address to listen on.
const app = await NestFactory.create(HomeModule);
await app.listen(process.env['PORT'] ?? 3000);
