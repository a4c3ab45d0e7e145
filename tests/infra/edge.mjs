// Runs CloudFront's function of the site on this machine, for tests/infra/test_edge.py.
//
//     node tests/infra/edge.mjs < {"code": …, "values": {"root": …}, "uris": [ … ]}
//
// Prints the URI that the bucket is asked for, for each that a reader asks. CloudFront gives the
// function the module `cloudfront`; here it is one that reads the values that were handed over.

import { readFileSync } from "node:fs";

const { code, values, uris } = JSON.parse(readFileSync(0, "utf8"));
const kvs = () => ({
  exists: async (key) => key in values,
  get: async (key) => {
    if (!(key in values)) throw new Error(`KeyNotFound: ${key}`);
    return values[key];
  },
});
const body = code.replace(/^import cf from "cloudfront";$/m, "");
const handler = new Function("cf", `${body}\nreturn handler;`)({ kvs });
const asked = [];
for (const uri of uris) asked.push((await handler({ request: { method: "GET", uri } })).uri);
console.log(JSON.stringify(asked));
