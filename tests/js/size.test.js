import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../../batching/static/batching/batch-queue.js', import.meta.url));

test('the queue stays within 10 kB, minified and gzipped, without dependencies', async (t) => {
  const { outputFiles, metafile } = await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', write: false, metafile: true });
  const [{ contents }] = outputFiles;
  const { length } = gzipSync(contents, { level: 9 });
  t.diagnostic(`${contents.length} bytes minified, ${length} gzipped`);
  assert.ok(length <= 10_000, `${length} bytes`);
  assert.ok(Object.keys(metafile.inputs).every((path) => !path.includes('node_modules')));
});
