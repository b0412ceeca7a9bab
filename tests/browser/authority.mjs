// A certificate authority made for this run: openssl makes it, Chromium trusts it through the certificate database of
// a home of its own, and node is told of it call by call. Nobody else ever trusts it, and nobody skips the check.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2"];

let authority;

/** The authority of this process; its folder goes when the process does. */
function theAuthority() {
  if (authority) return authority;
  const folder = mkdtempSync(join(tmpdir(), "wecom-oidc-ca-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [key, certificate] = [join(folder, "ca.key"), join(folder, "ca.pem")];
  openssl("req", "-x509", ...KEY, "-keyout", key, "-out", certificate, "-subj", "/CN=Authority of one test run",
    "-addext", "keyUsage=critical,keyCertSign");
  authority = { folder, key, certificate, pem: readFileSync(certificate), issued: 0 };
  return authority;
}

/** A home for a Chromium that trusts the authority. */
export function home() {
  const { folder, certificate } = theAuthority();
  const path = join(folder, "home");
  const database = join(path, ".pki", "nssdb");
  mkdirSync(database, { recursive: true });
  execFileSync("certutil", ["-N", "-d", `sql:${database}`, "--empty-password"], { stdio: "pipe" });
  execFileSync("certutil", ["-A", "-d", `sql:${database}`, "-n", "tests", "-t", "C,,", "-i", certificate], { stdio: "pipe" });
  return path;
}

/** The files of a certificate for a host and its key. */
export function certificate(host) {
  const { folder, key, certificate } = theAuthority();
  const at = (ending) => join(folder, `${host}-${authority.issued}.${ending}`);
  authority.issued += 1;
  writeFileSync(at("ext"), `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\n`);
  openssl("req", "-new", ...KEY, "-keyout", at("key"), "-out", at("csr"), "-subj", `/CN=${host}`);
  openssl("x509", "-req", "-in", at("csr"), "-CA", certificate, "-CAkey", key, "-days", "2", "-extfile", at("ext"),
    "-out", at("pem"));
  return { key: at("key"), certificate: at("pem") };
}

function openssl(...argv) {
  execFileSync("openssl", argv, { stdio: "pipe" });
}

/** `fetch` for names that only the tests know: every name is loopback, every certificate is checked, no redirect is followed. */
export function securely(address, { method = "GET", headers, body } = {}) {
  const content = body == null ? undefined : String(body);
  const form = body instanceof URLSearchParams && { "content-type": "application/x-www-form-urlencoded" };
  const options = { method, ca: theAuthority().pem, lookup: loopback, headers: { ...form, ...Object.fromEntries(new Headers(headers)) } };
  return new Promise((found, lost) => {
    const call = request(address, options, async (answer) => {
      const pairs = [];
      for (let at = 0; at < answer.rawHeaders.length; at += 2) pairs.push(answer.rawHeaders.slice(at, at + 2));
      const text = (await answer.toArray()).join("");
      found(new Response(text || null, { status: answer.statusCode, headers: pairs }));
    });
    call.on("error", lost);
    call.end(content);
  });
}

function loopback(_host, { all }, done) {
  if (all) done(null, [{ address: "127.0.0.1", family: 4 }]);
  else done(null, "127.0.0.1", 4);
}
