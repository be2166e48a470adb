import { type FailureCode, failures } from '../../model/failures.ts';

interface RegistryCause {
  readonly code: FailureCode;
  readonly hint: string;
}

const { E_REGISTRY_DNS, E_REGISTRY_DOWN, E_REGISTRY_AUTH } = failures;

/** By the words that Docker and BuildKit pass on from Go's net and http and from registries; the first that fits. */
const causes: readonly (RegistryCause & { readonly words: RegExp })[] = [
  {
    code: 'E_REGISTRY_DNS',
    words: /no such host|server misbehaving|temporary failure in name resolution/i,
    hint: E_REGISTRY_DNS.hint,
  },
  {
    code: 'E_REGISTRY_DOWN',
    words: /x509|certificate/,
    hint: 'Docker does not trust its certificate: put the authority into /etc/docker/certs.d/REGISTRY/ca.crt',
  },
  {
    code: 'E_IMAGE_UNAVAILABLE',
    words: /may require/,
    hint: 'check the name; for a private image log in on this machine: docker login REGISTRY',
  },
  {
    code: 'E_IMAGE_UNAVAILABLE',
    words: /toomanyrequests|rate limit/i,
    hint: 'wait, or log in on this machine: docker login REGISTRY',
  },
  {
    code: 'E_REGISTRY_AUTH',
    words: /unauthorized|authentication required|no basic auth credentials|\bdenied\b|forbidden/i,
    hint: E_REGISTRY_AUTH.hint,
  },
  {
    code: 'E_REGISTRY_DOWN',
    words:
      /connection refused|i\/o timeout|no answer within|Client\.Timeout|deadline exceeded|unreachable|no route to host/,
    hint: E_REGISTRY_DOWN.hint,
  },
];

/** Why a registry (its host) gave no image, from what was said; undefined where that is all there is to say. */
export function registryCause(said: string, registry: string): RegistryCause | undefined {
  const found = causes.find(({ words }) => words.test(said));
  return found && { code: found.code, hint: found.hint.replace('REGISTRY', registry) };
}
