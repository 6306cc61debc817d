// node healthy.mjs [url]: 0 when it answers 200, by default the server of this container's /readyz. The image has no curl.
const url = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT || 5000}/readyz`;
try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (status !== 200) throw new Error(`${status}`);
} catch (error) {
  console.error(`${url}: ${error.message}`);
  process.exitCode = 1;
}
