/**
 * Modules of the site find those of the queue beside them, as the server has them: `../batching/` of `static/site/` is the
 * folder of the app. Import this first, and then the modules by `import()`.
 */
import { register } from 'node:module';

const folder = new URL('../../../batching/static/batching/', import.meta.url).href;
const resolve = `export const resolve = (name, context, next) => next(name.replace(/^\\.\\.\\/batching\\//, ${JSON.stringify(folder)}), context);`;

register(`data:text/javascript,${encodeURIComponent(resolve)}`);
