import { z } from 'zod';
import { failure } from '../model/failures.ts';
import type { Reply } from './exchange.ts';
import { problemSchema, type Problem } from './problem.ts';

/*
 * What an authority answers with (RFC 8555, 7.1), as far as we read it.
 */

const address = z.url();

export const directorySchema = z.object({
  newNonce: address,
  newAccount: address,
  newOrder: address,
  revokeCert: address,
  keyChange: address,
  renewalInfo: address.optional(),
  meta: z
    .object({
      externalAccountRequired: z.boolean().optional(),
      profiles: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

export const accountSchema = z.object({ contact: z.array(z.string()).nullish() });

export const orderSchema = z.object({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  authorizations: z.array(address),
  finalize: address,
  certificate: address.optional(),
  error: problemSchema.optional(),
});

const challengeSchema = z.object({
  type: z.string(),
  url: address,
  status: z.string(),
  // The token becomes part of a path: base64url and nothing else (RFC 8555, 8.1).
  token: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/)
    .optional(),
  error: problemSchema.optional(),
});

export const authorizationSchema = z.object({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  challenges: z.array(challengeSchema),
});

export const renewalSchema = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
  explanationURL: z.string().optional(),
});

export type Directory = z.infer<typeof directorySchema>;
export type Order = z.infer<typeof orderSchema>;
export type Authorization = z.infer<typeof authorizationSchema>;
export type Challenge = z.infer<typeof challengeSchema>;

/** The body of an answer. Throws E_ACME_DOWN for one that is not of this kind. */
export function bodyOf<T>(reply: Reply, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(reply.text));
  if (parsed.success) return parsed.data;
  throw failure('E_ACME_DOWN', `${reply.url.host} answers with what is no ACME: ${reply.url.pathname}`, {
    hint: 'check the address of the directory of the authority',
    cause: parsed.error,
  });
}

/** The problem that an answer tells of, or null. */
export function problemOf({ status, text }: Reply): Problem | null {
  if (status < 400) return null;
  return problemSchema.safeParse(jsonOf(text)).data ?? null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
