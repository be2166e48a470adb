import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSessions, parseStagedSessions } from './haproxy-sessions.ts';

/** `show sess all` with a long poll, an event stream, a WebSocket, and the question itself; the first lines of each. */
const texts = {
  'HAProxy 2.6': `0x55c69c139dd0: [25/Nov/2026:17:53:27.139662] id=6 proto=tcpv4 source=127.0.0.1:59130
  flags=0xc4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x55c69c280af0, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:43211
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:34002
  server=web.1.d1:127.0.0.1:35209 (id=1) addr=127.0.0.1:35209
  task=0x55c69c283c10 (state=0x00 nice=0 calls=2 rate=0 exp=3s tmask=0x1 age=1s)
  txn=0x55c69c283d80 flags=0x803000 meth=1 status=-1 req.st=MSG_DONE rsp.st=MSG_RPBEFORE req.f=0x4c rsp.f=0x00
  scf=0x55c69c005eb0 flags=0x00000080 state=EST endp=CONN,0x55c69c283af0,0x02804001 sub=1
      co0=0x7f204c036470 ctrl=tcpv4 xprt=RAW mux=H1 data=STRM target=LISTENER:0x55c69c013630
0x7f204c036080: [25/Nov/2026:17:53:27.139860] id=7 proto=tcpv4 source=127.0.0.1:59138
  flags=0xc4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x55c69c280af0, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:43211
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:34008
  server=web.1.d1:127.0.0.1:35209 (id=1) addr=127.0.0.1:35209
  task=0x7f204c048db0 (state=0x00 nice=0 calls=3 rate=0 exp=3s tmask=0x2 age=1s)
  txn=0x7f204c048f20 flags=0x803000 meth=1 status=200 req.st=MSG_DONE rsp.st=MSG_DATA req.f=0x4c rsp.f=0x0e
  scf=0x7f204c036010 flags=0x00000080 state=EST endp=CONN,0x7f204c048ce0,0x02804001 sub=1
      co0=0x55c69c280a20 ctrl=tcpv4 xprt=RAW mux=H1 data=STRM target=LISTENER:0x55c69c013630
0x7f204c04f190: [25/Nov/2026:17:53:27.140183] id=11 proto=tcpv4 source=127.0.0.1:59150
  flags=0x400c4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x55c69c280af0, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:43211
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:34048
  server=web.1.d1:127.0.0.1:35209 (id=1) addr=127.0.0.1:35209
  task=0x7f204c04f580 (state=0x00 nice=0 calls=3 rate=0 exp=3s tmask=0x2 age=1s)
  txn=0x7f204c04f760 flags=0x8000 meth=1 status=101 req.st=MSG_TUNNEL rsp.st=MSG_TUNNEL req.f=0xcc rsp.f=0xcc
  scf=0x7f204c04f120 flags=0x00000000 state=EST endp=CONN,0x7f204c04f000,0x02842001 sub=1
      co0=0x55c69c2832d0 ctrl=tcpv4 xprt=RAW mux=H1 data=STRM target=LISTENER:0x55c69c013630
0x7f204c055cc0: [25/Nov/2026:17:53:28.159109] id=15 proto=sockpair source=unix:2
  flags=0x8, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=(nil) waiting=0 epoch=0x1
  frontend=GLOBAL (id=0 mode=tcp), listener=? (id=2)
  backend=<NONE> (id=-1 mode=-)
  server=<NONE> (id=-1)
  task=0x7f204c0560b0 (state=0x00 nice=-64 calls=2 rate=1 exp=10s tmask=0x2 age=0s)
  scf=0x7f204c055c50 flags=0x00000000 state=EST endp=CONN,0x7f204c055b60,0x02848001 sub=0
      co0=0x7f204c0558f0 ctrl=sockpair xprt=RAW mux=PASS data=STRM target=LISTENER:0x55c69c0061d0
      flags=0x00040300 fd=31 fd.state=1120 updt=0 fd.tmask=0x2
`,
  'HAProxy 3.0': `0x7febb1656400: [25/Nov/2026:17:53:28.804337] id=6 proto=tcpv4 source=127.0.0.1:58416
  flags=0xc4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x7febb1669000, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:41099
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:52500
  server=web.1.d1:127.0.0.1:35897 (id=1) addr=127.0.0.1:35897
  task=0x7febb077e220 (state=0x00 nice=0 calls=2 rate=0 exp=3s tid=0(1/0) age=1s)
  txn=0x7febb1633fc0 flags=0x83000 meth=1 status=-1 req.st=MSG_DONE rsp.st=MSG_RPBEFORE req.f=0x4c rsp.f=0x00
  scf=0x7febb1622860 flags=0x00000482 ioto=1m state=EST endp=CONN,0x7febb1690240,0x50404001 sub=1 rex=<NEVER> wex=<NEVER> rto=58s wto=<NEVER>
    iobuf.flags=0x00000000 .pipe=0 .buf=0@(nil)+0/0
0x7febb0895000: [25/Nov/2026:17:53:28.809160] id=10 proto=tcpv4 source=127.0.0.1:58432
  flags=0xc4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x7febb1669000, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:41099
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:52542
  server=web.1.d1:127.0.0.1:35897 (id=1) addr=127.0.0.1:35897
  task=0x7febb08025a0 (state=0x00 nice=0 calls=3 rate=0 exp=4s tid=1(1/1) age=1s)
  txn=0x7febb0898000 flags=0x83000 meth=1 status=200 req.st=MSG_DONE rsp.st=MSG_DATA req.f=0x4c rsp.f=0x0e
  scf=0x7febb0892000 flags=0x00000482 ioto=1m state=EST endp=CONN,0x7febb087c300,0x50404001 sub=1 rex=<NEVER> wex=<NEVER> rto=59s wto=<NEVER>
    iobuf.flags=0x00000000 .pipe=0 .buf=0@(nil)+0/0
0x7febb0895800: [25/Nov/2026:17:53:28.809160] id=12 proto=tcpv4 source=127.0.0.1:58472
  flags=0x400c4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x7febb1669000, pend_pos=(nil) waiting=0 epoch=0
  frontend=http (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:41099
  backend=pool1 (id=4 mode=http) addr=127.0.0.1:52552
  server=web.1.d1:127.0.0.1:35897 (id=1) addr=127.0.0.1:35897
  task=0x7febb08026e0 (state=0x00 nice=0 calls=3 rate=0 exp=4s tid=1(1/1) age=1s)
  txn=0x7febb08981c0 flags=0x8000 meth=1 status=101 req.st=MSG_TUNNEL rsp.st=MSG_TUNNEL req.f=0xcc rsp.f=0xcc
  scf=0x7febb0892180 flags=0x00001400 ioto=1h state=EST endp=CONN,0x7febb087c480,0x50602001 sub=1 rex=59m59s wex=<NEVER> rto=59m59s wto=<NEVER>
    iobuf.flags=0x00000000 .pipe=0 .buf=0@(nil)+0/0
0x7febb1657800: [25/Nov/2026:17:53:29.808501] id=15 proto=sockpair source=unix:2
  flags=0x8, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=(nil) waiting=0 epoch=0x1
  frontend=GLOBAL (id=0 mode=tcp), listener=? (id=2)
  backend=<NONE> (id=-1 mode=-)
  server=<NONE> (id=-1)
  task=0x7febb077efe0 (state=0x00 nice=-64 calls=1 rate=0 exp=10s tid=0(1/0) age=0s)
  scf=0x7febb16237c0 flags=0x00000000 ioto=10s state=EST endp=CONN,0x7febb0480bd0,0x50640001 sub=1 rex=10s wex=<NEVER> rto=10s wto=<NEVER>
    iobuf.flags=0x00000000 .pipe=0 .buf=0@(nil)+0/0
      co0=0x7febb16346c0 ctrl=sockpair xprt=RAW mux=PASS data=STRM target=LISTENER:0x7febb06c7200
`,
};

/** The first line of `show sess`, and that of the question itself. */
const lines = {
  'HAProxy 2.6': `0x55c69c139dd0: proto=tcpv4 src=127.0.0.1:59130 fe=http be=pool1 srv=web.1.d1:127.0.0.1:35209 ts=00 epoch=0 age=1s calls=2 rate=0 cpu=0 lat=0 rq[f=49c40080h,i=0,an=8000h,rx=,wx=,ax=] rp[f=80400000h,i=0,an=1400000h,rx=58s,wx=,ax=] scf=[8,80h,fd=14] scb=[8,11h,fd=23] exp=3s rc=0 c_exp=
0x55c69c28f180: proto=sockpair src=unix:2 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 age=0s calls=2 rate=1 cpu=0 lat=0 rq[f=c0c020h,i=0,an=00h,rx=,wx=,ax=] rp[f=80008002h,i=0,an=00h,rx=,wx=,ax=] scf=[8,0h,fd=31] scb=[8,1h,fd=-1] exp=10s rc=0 c_exp=
`,
  'HAProxy 3.0': `0x7febb1656400: proto=tcpv4 src=127.0.0.1:58416 fe=http be=pool1 srv=web.1.d1:127.0.0.1:35897 ts=00 epoch=0 age=1s calls=2 rate=0 cpu=0 lat=0 rq[f=1840000h,i=0,an=8000h,ax=] rp[f=80000000h,i=0,an=1400000h,ax=] scf=[8,482h,fd=15,rex=,wex=] scb=[8,1411h,fd=24,rex=58s,wex=] exp=3s rc=0 c_exp=
0x7febb1657800: proto=sockpair src=unix:2 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 age=0s calls=1 rate=0 cpu=0 lat=0 rq[f=848000h,i=0,an=00h,ax=] rp[f=80008000h,i=0,an=00h,ax=] scf=[8,0h,fd=32,rex=10s,wex=] scb=[8,1h,fd=-1,rex=,wex=] exp=10s rc=0 c_exp=
`,
};

for (const [version, text] of Object.entries(texts)) {
  describe(version, () => {
    test('tells how far each session is', () => {
      const found = parseStagedSessions(text);
      assert.deepEqual(
        found.map((session) => session.stage),
        ['waiting', 'answering', 'tunnel'],
      );
      for (const { id, backend, server } of found) {
        assert.match(id, /^0x[0-9a-f]+$/);
        assert.equal(backend, 'pool1');
        assert.match(server, /^web\.1\.d1:127\.0\.0\.1:\d+$/);
      }
    });
  });
}

for (const [version, text] of Object.entries(lines)) {
  test(`${version} names the server of each session`, () => {
    const found = parseSessions(text);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.backend, 'pool1');
    assert.match(found[0]?.server ?? '', /^web\.1\.d1:127\.0\.0\.1:\d+$/);
  });
}

test('a session without a transaction is a request, an unknown status too', () => {
  const text = '0x1f: [now] id=1\n  backend=pool1 (id=1)\n  server=s1 (id=1)\n';
  assert.deepEqual(parseStagedSessions(text), [
    { id: '0x1f', backend: 'pool1', server: 's1', stage: 'waiting' },
  ]);
  const odd = `${text}  txn=0x1 flags=0x0 status=-1 req.st=MSG_NEW rsp.st=MSG_NEW\n`;
  assert.equal(parseStagedSessions(odd)[0]?.stage, 'waiting');
});

test('what is no session is passed over', () => {
  for (const text of [
    '',
    '\n\n',
    'Unknown command',
    '0x12: no backend',
    '  txn=0x1 status=101 req.st=a rsp.st=b',
  ])
    assert.deepEqual([parseSessions(text), parseStagedSessions(text)], [[], []]);
});
