import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The page carries the script in every copy. */
const MOST_BYTES = 150_000;

/** Builds the script and the style sheet of the page, which `src/site/template.ts` gets when a bundle is built. */
export async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { script: 'src/site/client/main.tsx', styles: 'src/site/page.css' },
    outdir: 'page',
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const [script = '', styles = ''] = ['.js', '.css'].map(
    (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? '',
  );
  if (Buffer.byteLength(script) > MOST_BYTES) {
    throw new Error(`the script of the page has ${Buffer.byteLength(script)} bytes; at most ${MOST_BYTES} are allowed`);
  }
  // HTML ends a script at this text, wherever it stands.
  if (/<\/(script|style)/i.test(script + styles)) throw new Error('the script of the page holds an end tag');
  return { script, styles };
}
