import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { awsHeaders } from './aws-signature.ts';

test("the example of Amazon's page on Signature Version 4: ListUsers of IAM", () => {
  const login = { keyId: 'AKIDEXAMPLE', secret: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY') };
  const request = {
    method: 'GET',
    host: 'iam.amazonaws.com',
    path: '/?Action=ListUsers&Version=2010-05-08',
    body: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  };
  const scope = { region: 'us-east-1', service: 'iam', now: new Date('2015-08-30T12:36:00Z') };
  assert.deepEqual(awsHeaders(login, request, scope), {
    ...request.headers,
    'x-amz-date': '20150830T123600Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  });
});
