import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialsOf, endpointsOf, variable } from './environment';
import { Credentials, FAILED_PRECONDITION, Gateway, GatewayError } from './gateway';
import { log, messageOf } from './log';
import { Program } from './main';

/** What a cluster says to a password of root. */
export type Verdict = 'taken' | 'refused' | 'not asked for' | 'no answer';

/** How long to wait, in milliseconds. */
export interface Patience {
  /** For a cluster that does not answer: its members have ten minutes to start, after images were pulled and disks made. */
  readonly total: number;
  readonly pause: number;
}

/** How often the log says that there is still no answer. */
const WAITING_LOG_MS = 30_000;

/**
 * Turns users and roles on, with a user `root` that has this password.
 *
 * Each run begins with the question whether it is done, and no step minds that it was done before: so it may be interrupted anywhere.
 */
export const enableAuth: Program = env => enableWithin({ total: 20 * 60_000, pause: 2000 }, env);

export async function enableWithin({ total, pause }: Patience, env: Parameters<Program>[0]): Promise<void> {
  const [endpoint] = endpointsOf(env);
  const credentials = { ...credentialsOf(env), user: 'root', password: variable(env, 'ETCDCTL_PASSWORD') };
  refuseWhatNeverWorks(credentials);
  const { user, password, ...nobody } = credentials;
  const gateway = new Gateway(endpoint, nobody);
  const started = Date.now();
  let said = -Infinity;
  for (;;) {
    const answer = await ask(gateway, { user, password });
    let { reason } = answer;
    switch (answer.verdict) {
      case 'taken':
        // only root may ask this.
        await new Gateway(endpoint, credentials).call('/v3/auth/user/get', { name: user });
        log('on', { endpoint, user, reason: 'etcd takes the password of the Secret' });
        return;
      case 'refused':
        throw new Error('etcd has users and roles on, and its user root has another password than the Secret: put the right one into the Secret,'
          + ' or give root that of the Secret by `etcdctl --user root user passwd root`; then delete this Job and apply it again');
      case 'not asked for':
        try {
          await turnOn(gateway, { user, password });
          continue;
        } catch (error) {
          reason = messageOf(error);
        }
    }
    if (Date.now() - started > total) {
      throw new Error(`users and roles could not be turned on within ${total / 1000} s: ${reason}`);
    }
    if (Date.now() - said > WAITING_LOG_MS) {
      log('waiting', { endpoint, reason });
      said = Date.now();
    }
    await sleep(pause);
  }
}

/** What must be known before nobody gets in any more. */
function refuseWhatNeverWorks({ cert, password }: Credentials): void {
  if (/[\r\n]$/.test(password!)) {
    throw new Error('the password in the Secret ends with a line break, which nobody types: write it without, as `printf` does and `echo` does not');
  }
  // a certificate without a subject has none here, whatever the type says.
  const subject: string | undefined = cert === undefined ? undefined : new X509Certificate(readFileSync(cert)).subject;
  const commonName = /^CN=(.+)$/m.exec(subject ?? '')?.[1];
  if (commonName !== undefined) {
    throw new Error(`the certificate for clients has the common name '${commonName}', and etcd's JSON gateway refuses those once users and roles are on:`
      + ' issue it with DNS names alone');
  }
}

/** Whether users and roles are on, and with this password. */
async function ask(gateway: Gateway, { user: name, password }: Credentials): Promise<{ verdict: Verdict; reason: string }> {
  try {
    await gateway.call('/v3/auth/authenticate', { name, password });
    return { verdict: 'taken', reason: '' };
  } catch (error) {
    return { verdict: verdictOf(error), reason: messageOf(error) };
  }
}

/** What an error says of the password. Whatever else is wrong may be right later, as with members that have not started. */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof GatewayError)) {
    return 'no answer';
  }
  return /authentication is not enabled/.test(error.message) ? 'not asked for'
    : /invalid user ID or password/.test(error.message) ? 'refused' : 'no answer';
}

async function turnOn(gateway: Gateway, { user: name, password }: Credentials): Promise<void> {
  if (!await make(gateway, '/v3/auth/user/add', { name, password })) {
    // of a run before, or by hand: whatever its password is, or that it has none, it is not known to be that of the Secret.
    await gateway.call('/v3/auth/user/delete', { name });
    await gateway.call('/v3/auth/user/add', { name, password });
  }
  await make(gateway, '/v3/auth/role/add', { name });
  await gateway.call('/v3/auth/user/grant', { user: name, role: name });
  await gateway.call('/v3/auth/enable');
  log('turned on', { user: name });
}

/** Whether it was made now, and not before. */
async function make(gateway: Gateway, path: string, body: object): Promise<boolean> {
  try {
    await gateway.call(path, body);
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === FAILED_PRECONDITION && /already exists/.test(error.message)) {
      return false;
    }
    throw error;
  }
}
