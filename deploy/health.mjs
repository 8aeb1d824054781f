// A container's own look at itself: ends with 0 where HEALTH_URL answers 200.
const url = process.env.HEALTH_URL ?? 'http://127.0.0.1:4000/health/live';
const { ok } = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch(() => ({ ok: false }));
process.exit(ok ? 0 : 1);
