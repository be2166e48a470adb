import type { Recipe } from '../recipe.ts';

export const go: readonly Recipe[] = [
  {
    name: 'golang:1.19-bookworm',
    aliases: ['golang:1.19'],
    seconds: 60,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'g++', 'gcc', 'git', 'golang-1.19-go', 'libc6-dev', 'make', 'pkg-config'],
      setup: [
        'ln -s /usr/lib/go-1.19 /usr/local/go',
        'mkdir -p /go/src /go/bin',
        'chmod -R 1777 /go',
        '/usr/local/go/bin/go version',
      ],
      config: {
        Env: [
          'GOTOOLCHAIN=local',
          'GOPATH=/go',
          'PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ],
        Cmd: ['bash'],
        WorkingDir: '/go',
      },
    },
  },
];
