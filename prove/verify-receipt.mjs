#!/usr/bin/env node
// Verifies a stored answer against its receipt, with Node alone: nothing of the system that gave it is used, asked or trusted.
//
//   node verify-receipt.mjs <question.json> <answer.json> <jwks.json>
//
// question.json  what was sent: {"query": "…", "operationName": "…", "variables": {…}}
// answer.json    what came back, as it was received: {"data": …, "errors": …, "extensions": {"receipt": …}}
// jwks.json      the public keys, as they were fetched from /.well-known/jwks.json: best on another day, from another place
//
// Ends with 0 where all of it holds, with 1 and a line for each thing that does not.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [question, answer, jwks] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
if (!jwks) {
  console.error('node verify-receipt.mjs <question.json> <answer.json> <jwks.json>');
  process.exit(2);
}

// RFC 8785: members in the order of their names' UTF-16 code units, no blanks.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

// A hash says by which function it was made: sha256:…, sm3:…
function isHashOf(hash, text) {
  const [name] = String(hash).split(':');
  return ['sha256', 'sm3'].includes(name) && hash === `${name}:${createHash(name).update(text).digest('hex')}`;
}

function publicKey({ kty, crv, x, y }) {
  if (crv !== 'SM2') return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  const prefix = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex');
  const point = [x, y].map((part) => Buffer.from(part, 'base64url'));
  return createPublicKey({ key: Buffer.concat([prefix, ...point]), format: 'der', type: 'spki' });
}

const problems = [];
const check = (holds, problem) => holds || problems.push(problem);

const { receipt } = answer.extensions ?? {};
if (!receipt) {
  console.error('回答中没有 extensions.receipt。');
  process.exit(1);
}
const [head, body, signature] = receipt.signature.split('.');
const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const [{ alg, kid, typ }, said] = [read(head), read(body)];
const jwk = jwks.keys.find((key) => key.kid === kid);
check(typ === 'credit-receipt+jws', `签名的类型不是回执:${typ}`);
check(jwk !== undefined, `公布的公钥中没有 ${kid}`);
if (jwk) {
  const hash = { EdDSA: null, SM2: 'sm3' }[jwk.alg];
  const isSigned =
    alg === jwk.alg &&
    hash !== undefined &&
    verify(hash, Buffer.from(`${head}.${body}`), publicKey(jwk), Buffer.from(signature, 'base64url'));
  check(isSigned, '签名与公钥不符');
}
check(said.id === receipt.id, '签名的不是这一回执');
check(said.answer === receipt.answerHash, '回执所示的回答散列与签名的不同');
check(
  isHashOf(said.answer, canonical({ data: answer.data ?? null, errors: answer.errors ?? [] })),
  '回答与签名的散列不符',
);
check(isHashOf(said.document, question.query), '查询文本与签名的散列不符');
if ('operation' in said) {
  const { operationName } = question;
  const isSame = said.operation === null ? !operationName : isHashOf(said.operation, operationName ?? '');
  check(isSame, '所选操作(operationName)与签名的散列不符');
}
const variables = canonical({ key: receipt.variablesKey, variables: question.variables ?? {} });
check(isHashOf(said.variables, variables), '变量与签名的散列不符');

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`相符:${said.issuedAt} 答复客户 ${said.client},用途 ${said.purpose ?? '(无)'},回执 ${said.id}。`);
