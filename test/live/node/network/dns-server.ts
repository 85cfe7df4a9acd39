import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { AddressInfo, createServer, Socket } from 'node:net';
import {
  Answer, AUTHORITATIVE_ANSWER, decode, DecodedPacket, encode, OptAnswer, Packet, RECURSION_DESIRED, streamEncode, TRUNCATED_RESPONSE,
} from 'dns-packet';
import { answerTo } from './dns-records';
import { ObjectStore } from '../../control-plane/store';

/** What fits into a datagram, unless the question says more. @see https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1 */
const SMALLEST_LIMIT = 512;

/** @see https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const RESPONSE_CODES = { NOERROR: 0, NXDOMAIN: 3 };

/** Says to a resolver that speaks EDNS that this server does too. @see https://www.rfc-editor.org/rfc/rfc6891#section-6.1.1 */
const OPT: OptAnswer = { type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };

/** In milliseconds. @see https://www.rfc-editor.org/rfc/rfc7766#section-6.2.3 */
const IDLE_TIMEOUT = 10_000;

/**
 * The cluster's DNS, over UDP and TCP.
 *
 * Every answer is made of the store as it is when the question comes, so a change is seen at once, where CoreDNS shows it some seconds late.
 */
export class DnsServer {
  private readonly udp = createSocket('udp4');
  private readonly tcp = createServer(connection => this.serve(connection));
  private readonly connections = new Set<Socket>();

  constructor(private readonly store: ObjectStore) {
    this.udp.on('message', (message, { address, port }) => {
      const query = queryIn(message);
      if (query) {
        // an answer that cannot be sent is lost, as any datagram may be, and asked for again
        this.udp.send(encodeWithin(limitOf(query), this.respond(query)), port, address, () => undefined);
      }
    });
  }

  get port(): number {
    return (this.tcp.address() as AddressInfo).port;
  }

  /** @param port 0 for any that is free */
  async listen(host: string, port: number): Promise<void> {
    this.tcp.listen(port, host);
    await once(this.tcp, 'listening');
    this.udp.bind(this.port, host);
    await once(this.udp, 'listening');
  }

  async close(): Promise<void> {
    this.udp.close();
    this.tcp.close();
    this.connections.forEach(connection => connection.destroy());
    await once(this.tcp, 'close');
  }

  /** Each message comes after its length. @see https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2 */
  private serve(connection: Socket): void {
    let received = Buffer.alloc(0);
    this.connections.add(connection);
    connection.setTimeout(IDLE_TIMEOUT, () => connection.destroy());
    connection.on('error', () => connection.destroy());
    connection.on('close', () => this.connections.delete(connection));
    connection.on('data', data => {
      received = Buffer.concat([received, data]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const end = 2 + received.readUInt16BE();
        const query = queryIn(received.subarray(2, end));
        if (!query) {
          connection.destroy();
          return;
        }
        connection.write(streamEncode(this.respond(query)));
        received = received.subarray(end);
      }
    });
  }

  private respond({ id, questions, additionals, flag_rd: recursionDesired }: DecodedPacket): Packet {
    const { code, ...records } = answerTo(questions![0], { services: this.store.list('Service'), pods: this.store.list('Pod') });
    return {
      type: 'response',
      id,
      flags: AUTHORITATIVE_ANSWER + (recursionDesired ? RECURSION_DESIRED : 0) + RESPONSE_CODES[code],
      questions,
      ...records,
      additionals: [...records.additionals ?? [], ...additionals!.filter(isOpt).map(() => OPT)],
    };
  }
}

/** The message, if it is one question; whatever else comes gets no answer. */
function queryIn(message: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(message);
    return packet.type === 'query' && packet.questions?.length === 1 ? packet : undefined;
  } catch {
    return undefined;
  }
}

function limitOf({ additionals }: DecodedPacket): number {
  return Math.max(SMALLEST_LIMIT, ...additionals!.filter(isOpt).map(({ udpPayloadSize }) => udpPayloadSize));
}

/**
 * A response that is too long goes without its additional records, which are a courtesy; then without its answers, which are asked for again over TCP.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2181#section-9
 */
function encodeWithin(limit: number, response: Packet): Buffer {
  const shorter = { ...response, additionals: response.additionals!.filter(isOpt) };
  const truncated = { ...shorter, answers: [], flags: response.flags! + TRUNCATED_RESPONSE };
  return [response, shorter].map(each => encode(each)).find(({ length }) => length <= limit) ?? encode(truncated);
}

function isOpt(record: Answer): record is OptAnswer {
  return record.type === 'OPT';
}
