import type { Field } from './field.ts';
import { type OperationName, rowOf } from './operations.ts';

/** `noRestart` -> `--no-restart` */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `slipway config:set [--no-restart] [--encoded] [--show] APP|--global KEY=VALUE...` */
export function usageOf(name: OperationName): string {
  const flags = Object.entries(rowOf(name).input).filter(([, field]) => isFlag(field));
  return [
    'slipway',
    name,
    ...flags.map(([key, field]) => bracketed(flagUsage(key, field), field)),
    ...wordUsages(name),
  ].join(' ');
}

/** `APP|--global`, `KEY=VALUE...` */
export function wordUsages(name: OperationName): readonly string[] {
  return Object.values(rowOf(name).input)
    .filter((field) => !isFlag(field))
    .map((field) => (field.place === 'stdin' ? '< FILE' : wordUsage(field)));
}

/** `--num N`, `--tail` */
export function flagUsage(key: string, field: Field): string {
  return field.place === 'option' ? `${flagName(key)} ${field.placeholder}` : flagName(key);
}

export function isFlag(field: Field): boolean {
  return field.place === 'option' || field.place === 'flag';
}

export function isWord(field: Field): boolean {
  return !isFlag(field) && field.place !== 'stdin';
}

/** Whether the operation can be called without it. */
export function isOptional(field: Field): boolean {
  return field.schema.safeParse(undefined).success;
}

function wordUsage(field: Field): string {
  const several = field.place === 'rest' ? `${field.placeholder}...` : field.placeholder;
  return bracketed(several, field);
}

function bracketed(usage: string, field: Field): string {
  return isOptional(field) ? `[${usage}]` : usage;
}
