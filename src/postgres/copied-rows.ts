import { Readable } from 'node:stream';
import type { Connection, Submittable } from 'pg';

/** Number of bytes that the stream reads ahead of its reader. */
const READ_AHEAD = 1 << 20;

/** Codes of messages (PostgreSQL: Message Formats): a row, those that may stand between rows, and an error. */
const COPY_DATA = 0x64;
const INTERLEAVED_CODES: readonly number[] = [...'HSNA'].map((code) => code.charCodeAt(0));
const ERROR = 0x45;

/** Length of a message's header: one byte of code, and four of the length, which counts itself and the content. */
const HEADER_BYTES = 5;

/**
 * The rows of one `copy … to stdout`, as bytes. While they come, this stream listens to the socket in the place of `pg`, which makes
 * an object of each row: that costs several times as much as all else that Node does with a row.
 */
export class CopiedRows extends Readable implements Submittable {
  /** The server's own count of rows; 0 until the copy has ended. */
  rowCount = 0;
  readonly #text: string;
  /** The socket, and the listener of `pg` that this stream replaces; `undefined` before the copy and after it. */
  #attached: { readonly socket: Readable; readonly listener: DataListener } | undefined;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #code = 0;
  /** Number of bytes of the current message that have not come yet. */
  #missing = 0;
  readonly #take = (bytes: Buffer) => this.#parse(bytes);

  constructor(text: string) {
    super({ highWaterMark: READ_AHEAD });
    this.#text = text;
  }

  /** `pg` calls this when the statement's turn has come. */
  submit(connection: Connection): void {
    const socket = connection.stream;
    const [listener] = socket.listeners('data');
    if (!isDataListener(listener)) throw new Error('internal: pg does not listen to its socket');
    socket.off('data', listener).on('data', this.#take);
    this.#attached = { socket, listener };
    connection.query(this.#text);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.rowCount = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {}

  /** `pg` calls this with errors of the server and of the connection. */
  handleError(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    this.#attached?.socket.resume();
  }

  /** Gives on the rows in `bytes`: it moves them together over the headers between them. Nobody else reads these bytes. */
  #parse(bytes: Buffer): void {
    let [place, end] = [0, 0];
    while (place < bytes.length) {
      if (this.#missing > 0) {
        const next = Math.min(place + this.#missing, bytes.length);
        if (this.#code === COPY_DATA) {
          bytes.copyWithin(end, place, next);
          end += next - place;
        }
        this.#missing -= next - place;
        place = next;
        continue;
      }
      const isWhole = this.#headerBytes === 0 && place + HEADER_BYTES <= bytes.length;
      if (this.#headerBytes === 0 && isEnd(bytes[place])) {
        this.#end(bytes.subarray(0, end), bytes.subarray(place));
        return;
      }
      if (isWhole) this.#begin(bytes, place);
      place += isWhole ? HEADER_BYTES : this.#gather(bytes, place);
    }
    if (end > 0 && !this.push(bytes.subarray(0, end))) this.#attached?.socket.pause();
  }

  #begin(header: Buffer, place: number): void {
    this.#code = header[place] ?? 0;
    this.#missing = header.readInt32BE(place + 1) - 4;
  }

  /** Keeps the part of a header at the end of `bytes`. @returns its length */
  #gather(bytes: Buffer, place: number): number {
    const length = bytes.copy(this.#header, this.#headerBytes, place, place + HEADER_BYTES - this.#headerBytes);
    this.#headerBytes += length;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#begin(this.#header, 0);
    }
    return length;
  }

  /** Ends the copy, and lets `pg` listen again. @param rest the bytes from the first message behind the rows */
  #end(last: Buffer, rest: Buffer): void {
    const attached = this.#attached;
    if (!attached) throw new Error('internal: bytes after the end of a copy');
    const { socket, listener } = attached;
    this.#attached = undefined;
    if (last.length > 0) this.push(last);
    // After an error of the server there is no end: `pg` reads the error and calls `handleError`.
    if (rest[0] !== ERROR) this.push(null);
    socket.off('data', this.#take).on('data', listener);
    socket.resume();
    listener(rest);
  }
}

type DataListener = (bytes: Buffer) => void;

function isDataListener(value: unknown): value is DataListener {
  return typeof value === 'function';
}

function isEnd(code: number | undefined): boolean {
  return code !== COPY_DATA && code !== undefined && !INTERLEAVED_CODES.includes(code);
}
