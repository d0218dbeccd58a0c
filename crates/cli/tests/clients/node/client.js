// Calls a running service as an unrelated client would: @grpc/grpc-js, with the contract's own files.
//
//     node client.js 127.0.0.1:7171 demo
//
// Prints a line for each check, then `N passed, M failed`; exits with 1 if any failed. What it creates it removes again.
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const TIMEOUT_MS = 20_000;
const LOADED_AS = { keepCase: true, longs: String, enums: String, oneofs: false, arrays: true };
const PROTO_FOLDER = path.join(__dirname, '../../../../../proto');

const SUBJECT = 'Fwd: ZWROT  PIENIĘDZY — Возврат средств';
const NAME = '김 ZAŻÓŁĆ Ковалёва';
const BODY = 'Bonjour, remboursez-moi vite. Η ΕΠΙΣΤΡΟΦΉ; 빠른 환불 부탁드립니다. Grüße aus der Mühlenstraße';

const contract = grpc.loadPackageDefinition(
  protoLoader.loadSync(
    ['account', 'decision', 'workflow'].map((service) => `tamis/v1/${service}_service.proto`),
    { ...LOADED_AS, includeDirs: [PROTO_FOLDER] },
  ),
).tamis.v1;

// Messages that the contract does not have: those of the standard health service, and of errors' details.
const string = (id) => ({ type: 'string', id });
const standard = protoLoader.fromJSON(
  {
    nested: {
      google: {
        nested: {
          protobuf: { nested: { Any: { fields: { type_url: string(1), value: { type: 'bytes', id: 2 } } } } },
          rpc: {
            nested: {
              Status: {
                fields: {
                  code: { type: 'int32', id: 1 },
                  message: string(2),
                  details: { rule: 'repeated', type: 'google.protobuf.Any', id: 3 },
                },
              },
              ErrorInfo: { fields: { reason: string(1), domain: string(2) } },
              BadRequest: {
                fields: { field_violations: { rule: 'repeated', type: 'FieldViolation', id: 1 } },
                nested: { FieldViolation: { fields: { field: string(1), description: string(2) } } },
              },
            },
          },
        },
      },
      grpc: {
        nested: {
          health: {
            nested: {
              v1: {
                nested: {
                  HealthCheckRequest: { fields: { service: string(1) } },
                  HealthCheckResponse: {
                    fields: { status: { type: 'ServingStatus', id: 1 } },
                    nested: {
                      ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } },
                    },
                  },
                  Health: {
                    methods: {
                      Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
  LOADED_AS,
);

const [address, accountId] = process.argv.slice(2);
if (process.argv.length !== 4) {
  console.error('usage: client.js ADDRESS ACCOUNT_ID');
  process.exit(2);
}
const credentials = grpc.credentials.createInsecure();
const clients = {
  decision: new contract.DecisionService(address, credentials),
  workflow: new contract.WorkflowService(address, credentials),
  health: new (grpc.loadPackageDefinition(standard).grpc.health.v1.Health)(address, credentials),
};
const workflowId = `client-node-${Date.now()}`;
let etag = '';

function deadline() {
  return { deadline: Date.now() + TIMEOUT_MS };
}

function call(client, method, message) {
  return new Promise((resolve, reject) => {
    clients[client][method](message, deadline(), (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

function ofAccount(client, method, message) {
  return call(client, method, { account_id: accountId, ...message });
}

// The failure of a call, with the details of its trailing metadata.
async function failure(promise) {
  const error = await promise.then(
    (answer) => assert.fail(`the call should fail, and answers ${JSON.stringify(answer)}`),
    (error) => error,
  );
  if (!error.metadata) throw error;
  const found = { code: grpc.status[error.code], fields: [] };
  for (const bytes of error.metadata.get('grpc-status-details-bin')) {
    for (const detail of standard['google.rpc.Status'].deserialize(bytes).details) {
      const type = detail.type_url.split('/').pop();
      if (type === 'google.rpc.ErrorInfo') {
        const { reason, domain } = standard[type].deserialize(detail.value);
        Object.assign(found, { reason, domain });
      } else if (type === 'google.rpc.BadRequest') {
        found.fields = standard[type].deserialize(detail.value).field_violations.map(({ field }) => field);
      }
    }
  }
  return found;
}

// Asserts that a call fails so, with the domain that every error of the service has.
async function fails(promise, code, reason) {
  const found = await failure(promise);
  assert.deepEqual([found.code, found.reason, found.domain], [code, reason, 'tamis']);
  return found;
}

function phrases(kind, ...values) {
  return { [kind]: { phrases: values } };
}

// A workflow whose every condition is about a text, each in another script than the change's or another case.
function workflow(id) {
  const body = { text: '{{ customer_name }}: {{ ticket_id }} <client>', format: 'TEXT_FORMAT_PLAIN' };
  return {
    workflow_id: id,
    display_name: 'Refund, in any script',
    all: [
      phrases('subject', 'absent', 'zwrot pieniedzy'),
      phrases('subject', 'ВОЗВРАТ'),
      phrases('customer_name', 'zazolc'),
      phrases('customer_name', '김'),
      phrases('message', 'REMBOURSÉZ'),
      phrases('message', 'επιστροφη'),
      phrases('message', '환불'),
      phrases('message', 'MUHLENSTRASSE'),
    ],
    actions: [{ send_message: { body } }, { assign_tag: { tag_id: 'refund' } }],
  };
}

function change({ subject = SUBJECT, name = NAME, body = BODY } = {}) {
  return {
    account_id: accountId,
    ticket: { id: 'node-1', subject, customer_name: name },
    change: {
      change_id: 'node-change-1',
      message_received: { author: 'MESSAGE_AUTHOR_CUSTOMER', text: body },
    },
  };
}

function matched(answer) {
  return answer.matches.find((match) => match.workflow_id === workflowId);
}

function goodBadGood() {
  return [change(), { ...change(), change: {} }, { ...change(), change: { change_id: '2', updated: {} } }];
}

function assertGoodBadGood(results) {
  assert.equal(results.length, 3);
  assert.ok(matched(results[0].response));
  const { code, reason, violations } = results[1].error;
  assert.deepEqual([code, reason], [3, 'ERROR_REASON_INVALID_REQUEST']);
  assert.ok(violations.length > 0 && violations.every(({ field }) => field.includes('change')));
  assert.equal(matched(results[2].response), undefined);
}

const checks = {
  async 'health'() {
    for (const service of ['', 'tamis.v1.DecisionService']) {
      assert.equal((await call('health', 'Check', { service })).status, 'SERVING', service);
    }
  },

  async 'create a workflow'() {
    const { workflow: stored, revision } = await ofAccount('workflow', 'CreateWorkflow', {
      workflow: workflow(workflowId),
    });
    assert.equal(stored.workflow_id, workflowId);
    assert.equal(stored.version, revision);
    assert.equal(stored.enabled, true);
    // No workflow before it may stop.
    const first = (await ofAccount('workflow', 'ListWorkflows', { page_size: 1 })).workflows[0].workflow_id;
    if (first !== workflowId) {
      await ofAccount('workflow', 'ReorderWorkflows', { workflow_ids: [workflowId], before_workflow_id: first });
    }
    const read = await ofAccount('workflow', 'GetWorkflow', { workflow_id: workflowId });
    assert.deepEqual(read.workflow.all, stored.all);
    assert.deepEqual(read.workflow.actions, stored.actions);
    etag = read.workflow.etag;
    assert.ok(etag);
  },

  async 'evaluate matches mixed scripts'() {
    const answer = await call('decision', 'Evaluate', change());
    const match = matched(answer);
    assert.ok(match);
    assert.deepEqual(
      match.phrases.map(({ field, phrase }) => [field, phrase]).sort(),
      [
        ['all[0].subject.phrases[1]', 'zwrot pieniedzy'],
        ['all[1].subject.phrases[0]', 'ВОЗВРАТ'],
        ['all[2].customer_name.phrases[0]', 'zazolc'],
        ['all[3].customer_name.phrases[0]', '김'],
        ['all[4].message.phrases[0]', 'REMBOURSÉZ'],
        ['all[5].message.phrases[0]', 'επιστροφη'],
        ['all[6].message.phrases[0]', '환불'],
        ['all[7].message.phrases[0]', 'MUHLENSTRASSE'],
      ],
    );
    const [send, tag] = match.actions;
    assert.equal(send.state, 'ACTION_STATE_READY');
    assert.equal(send.send_message.text, `${NAME}: node-1 <client>`);
    assert.equal(tag.assign_tag.tag_id, 'refund');
    assert.match(match.fire_key, /^[0-9a-f]{32}$/);
    assert.equal(matched(await call('decision', 'Evaluate', change())).fire_key, match.fire_key);
  },

  async 'evaluate does not match another text'() {
    for (const texts of [{ subject: 'zwrot pieniedz' }, { name: 'Zazolc' }, { body: 'remboursez' }]) {
      assert.equal(matched(await call('decision', 'Evaluate', change(texts))), undefined);
    }
  },

  async 'a wrong request names its fields'() {
    const request = { account_id: accountId, ticket: {}, change: { change_id: '1', timer: {}, updated: {} } };
    const found = await fails(call('decision', 'Evaluate', request), 'INVALID_ARGUMENT', 'INVALID_REQUEST');
    assert.ok(found.fields.includes('ticket.id'), found.fields);
    assert.ok(found.fields.some((field) => field.startsWith('change')), found.fields);
  },

  async 'an unknown account is not found'() {
    const request = { ...change(), account_id: 'no-such-account' };
    await fails(call('decision', 'Evaluate', request), 'NOT_FOUND', 'ACCOUNT_NOT_FOUND');
  },

  async 'a batch answers each'() {
    assertGoodBadGood((await call('decision', 'EvaluateBatch', { requests: goodBadGood() })).results);
  },

  async 'a stream goes on after an error'() {
    const results = await new Promise((resolve, reject) => {
      const found = [];
      const stream = clients.decision.EvaluateStream(deadline());
      stream.on('data', (answer) => found.push(answer.result));
      stream.on('error', reject);
      stream.on('end', () => resolve(found));
      for (const request of goodBadGood()) stream.write({ request });
      stream.end();
    });
    assertGoodBadGood(results);
  },

  async 'a wrong definition names every field'() {
    const wrong = workflow(`${workflowId}-wrong`);
    wrong.all[0].subject.phrases = ['fine', '\u00ad\u200b'];
    wrong.all[2] = { source: {} };
    wrong.actions[0].send_message.body.text = '{{ customer_nam }}';
    const create = ofAccount('workflow', 'CreateWorkflow', { workflow: wrong });
    const found = await fails(create, 'INVALID_ARGUMENT', 'INVALID_DEFINITION');
    assert.deepEqual(new Set(found.fields), new Set([
      'workflow.all[0].subject.phrases[1]',
      'workflow.all[2].source.ids',
      'workflow.actions[0].send_message.body.text',
    ]));
    const get = ofAccount('workflow', 'GetWorkflow', { workflow_id: wrong.workflow_id });
    await fails(get, 'NOT_FOUND', 'WORKFLOW_NOT_FOUND');
  },

  async 'an old etag is refused'() {
    const update = (display_name) => ofAccount('workflow', 'UpdateWorkflow', {
      workflow: { workflow_id: workflowId, display_name, etag },
      update_mask: { paths: ['display_name'] },
    });
    const { workflow: updated } = await update('Renamed');
    assert.equal(updated.display_name, 'Renamed');
    assert.equal(updated.all.length, 8);
    assert.notEqual(updated.etag, etag);
    await fails(update('Renamed again'), 'ABORTED', 'ETAG_MISMATCH');
  },

  async 'pages hold every workflow once'() {
    const ids = [];
    let page = { next_page_token: '' };
    do {
      const asked = { page_size: 3, page_token: page.next_page_token };
      page = await ofAccount('workflow', 'ListWorkflows', asked);
      assert.ok(page.workflows.length <= 3);
      ids.push(...page.workflows.map(({ workflow_id }) => workflow_id));
    } while (page.next_page_token);
    assert.equal(ids.length, page.total_size);
    assert.equal(new Set(ids).size, page.total_size);
    assert.ok(ids.includes(workflowId));
    const wrong = ofAccount('workflow', 'ListWorkflows', { page_token: 'not a token' });
    assert.deepEqual((await fails(wrong, 'INVALID_ARGUMENT', 'INVALID_REQUEST')).fields, ['page_token']);
  },

  async 'what is deleted is gone'() {
    const { revision } = await ofAccount('workflow', 'DeleteWorkflow', { workflow_id: workflowId });
    const get = ofAccount('workflow', 'GetWorkflow', { workflow_id: workflowId });
    await fails(get, 'NOT_FOUND', 'WORKFLOW_NOT_FOUND');
    const answer = await call('decision', 'Evaluate', { ...change(), min_revision: revision });
    assert.ok(BigInt(answer.revision) >= BigInt(revision));
    assert.equal(matched(answer), undefined);
  },
};

async function main() {
  let passed = 0;
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed += 1;
      console.log(`ok      ${name}`);
    } catch (error) {
      // Whatever goes wrong in one check, the others are made.
      failed += 1;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
  }
  // Removes what a failed check has left.
  for (const id of [workflowId, `${workflowId}-wrong`]) {
    await ofAccount('workflow', 'DeleteWorkflow', { workflow_id: id }).catch(() => {});
  }
  Object.values(clients).forEach((client) => client.close());
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
