import { MemoryServices } from './memory.ts';
import { serviceContract } from './service.contract.ts';

serviceContract('memory', async () => {
  const services = new MemoryServices();
  return {
    services,
    stranger: new MemoryServices(),
    image: 'sha256:0',
    isReachable: async (service) => services.isReachable(service),
    close: async () => {},
  };
});
