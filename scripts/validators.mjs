// Compiles a JSON schema to the code that checks a document against it, for imports of `*.schema.json?validator`: ajv
// itself would take most of the start-up of a short command. There is a plugin for each bundler, since esbuild and Vite differ.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const SUFFIX = '?validator';
const root = fileURLToPath(new URL('..', import.meta.url));

/** Code of a CommonJS module that exports the validator. A test checks the schemas themselves. */
function validatorCode(file) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    meta: false,
    validateSchema: false,
    code: { source: true },
  });
  return standalone.default(ajv, ajv.compile(JSON.parse(readFileSync(file, 'utf8'))));
}

export const esbuildValidators = {
  name: 'validators',
  setup(build) {
    build.onResolve({ filter: /\.schema\.json\?validator$/ }, ({ path, resolveDir }) => ({
      // The bundle names its modules by their paths: one below the root is the same on every machine.
      path: relative(root, resolve(resolveDir, path.slice(0, -SUFFIX.length))).replaceAll('\\', '/'),
      namespace: 'validator',
    }));
    build.onLoad({ filter: /.*/, namespace: 'validator' }, ({ path }) => ({
      contents: `${validatorCode(resolve(root, path))}\nmodule.exports = { validate: module.exports };`,
      resolveDir: root,
    }));
  },
};

export const viteValidators = {
  name: 'validators',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id.endsWith(`.schema.json${SUFFIX}`))
      return `\0${resolve(dirname(importer), id).replace(SUFFIX, '.validator')}`;
    return undefined;
  },
  load(id) {
    if (!id.startsWith('\0') || !id.endsWith('.schema.json.validator')) return undefined;
    const required = createRequire(import.meta.url).resolve('ajv');
    return `import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(required)});
const module = { exports: {} };
${validatorCode(id.slice(1, -'.validator'.length))}
export const validate = module.exports;`;
  },
};
