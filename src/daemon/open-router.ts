import type { Router } from '../router/router.ts';
import type { Settings } from '../model/settings.ts';
export function openRouter(_settings: Settings): Router {
  return { async start() {}, async apply() {}, async drain() { return { closed: 0 }; }, async describe() { return { name: 'none', version: '0', running: false }; } };
}
