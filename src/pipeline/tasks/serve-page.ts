import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { EnvironmentError } from '../../environment-error.ts';

const LOOPBACK = '127.0.0.1';

/**
 * Serves one file on the loopback address until the signal aborts.
 * @param onListening gets the address once it answers
 * @throws {EnvironmentError} where the port is taken
 */
export async function servePage(
  file: string,
  port: number,
  signal: AbortSignal,
  onListening: (address: string) => void,
): Promise<void> {
  const html = await readFile(file);
  const server = createServer(({ method, url, headers }, response) => {
    // A page of another site can send a name that leads here: only the loopback address itself is answered.
    const isHere = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
    if (!isHere || method !== 'GET' || (url !== '/' && url !== '/index.html')) {
      response.writeHead(isHere ? 404 : 403).end();
      return;
    }
    const security = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...security }).end(html);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new EnvironmentError(`port ${port} cannot be used`, 'choose another with --port', { cause })),
    );
    signal.addEventListener('abort', () => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      onListening(`http://${LOOPBACK}:${typeof address === 'object' && address ? address.port : port}/`);
    });
  });
}
