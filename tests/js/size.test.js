import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../../batching/static/batching/batch-queue.js', import.meta.url));
const { outputFiles, metafile } = await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', write: false, metafile: true });
const [{ contents }] = outputFiles;
const { length } = gzipSync(contents, { level: 9 });

// Not reached: no mechanism costs more than 3 % of the whole, so that only doing without some of them would.
test('the queue stays within 10 kB, minified and gzipped', { todo: `it is ${length} bytes` }, () => {
  assert.ok(length <= 10_000, `${length} bytes`);
});

test('the queue does not grow until then', (t) => {
  t.diagnostic(`${contents.length} bytes minified, ${length} gzipped`);
  assert.ok(length <= 11_850, `${length} bytes`);
});

test('the queue has no dependencies', () => {
  assert.ok(Object.keys(metafile.inputs).every((path) => !path.includes('node_modules')));
});

test('the README tells the size', () => {
  const readme = readFileSync(new URL('README.md', new URL(`file://${entry}`)), 'utf8');
  assert.ok(readme.includes(`${(length / 1000).toFixed(1)} kB minified`), `${length} bytes`);
});
