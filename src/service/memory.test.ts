import { MemoryServices } from './memory.ts';
import { serviceContract } from './service.contract.ts';

serviceContract('memory', async () => ({
  services: new MemoryServices(),
  stranger: new MemoryServices(),
  image: 'sha256:0',
  close: async () => {},
}));
