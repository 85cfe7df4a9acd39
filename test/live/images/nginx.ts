import { addBusybox, BUSYBOX_PACKAGE } from './busybox';
import { debianVersion, missingPackages } from './debian';
import { BASE_ENVIRONMENT, Recipe } from './recipe';
import { RootDirectory } from './root-directory';

const PACKAGES = ['nginx-light', BUSYBOX_PACKAGE];

/** As upstream: everything that is written is below `/tmp`, so that the rest may be read-only. */
const CONFIGURATION = `worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /tmp/nginx.pid;
events {
  worker_connections 1024;
}
http {
  client_body_temp_path /tmp/client_temp;
  proxy_temp_path /tmp/proxy_temp;
  fastcgi_temp_path /tmp/fastcgi_temp;
  uwsgi_temp_path /tmp/uwsgi_temp;
  scgi_temp_path /tmp/scgi_temp;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`;

const DEFAULT_SERVER = `server {
  listen 8080;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html index.htm;
  }
}
`;

/**
 * The image `nginxinc/nginx-unprivileged`: user 101, port 8080, with the shell of its Alpine variants. Its entrypoint runs no `/docker-entrypoint.d`.
 *
 * @see https://github.com/nginxinc/docker-nginx-unprivileged
 */
export function nginxUnprivileged(): Recipe {
  return {
    name: 'nginx-unprivileged',
    version: debianVersion('nginx-light') ?? 'none',
    config: {
      entrypoint: ['/docker-entrypoint.sh'],
      cmd: ['nginx', '-g', 'daemon off;'],
      env: BASE_ENVIRONMENT,
      user: '101',
      workingDir: '/',
      stopSignal: 'SIGQUIT',
    },
    missing: async () => missingPackages('nginxinc/nginx-unprivileged', PACKAGES),
    build,
  };
}

async function build(directory: string): Promise<void> {
  const root = await RootDirectory.create(directory);
  await addBusybox(root);
  await root.program('/usr/sbin/nginx');
  await root.user('nginx', 101, '/nonexistent');
  await root.copy('/etc/nginx/mime.types');
  await root.file('/etc/nginx/nginx.conf', CONFIGURATION);
  await root.file('/etc/nginx/conf.d/default.conf', DEFAULT_SERVER);
  await root.copy('/usr/share/nginx/html/index.html');
  await root.link('/var/log/nginx/access.log', '/dev/stdout');
  await root.link('/var/log/nginx/error.log', '/dev/stderr');
  await root.file('/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
}
