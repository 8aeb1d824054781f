/**
 * Imported first by what serves questions: libraries check less and answer faster, and tell callers less, when they know that
 * this is no developer's session.
 */
process.env.NODE_ENV ??= 'production';
