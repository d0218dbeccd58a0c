"""Calls a running service as an unrelated client would: Python's grpcio, with nothing but reflection.

    python client.py 127.0.0.1:7171 demo

Prints a line for each check, then `N passed, M failed`; exits with 1 if any failed. What it creates it removes again.
"""

import sys
import time
import traceback

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

TIMEOUT_S = 20
SERVICES = ["tamis.v1.AccountService", "tamis.v1.DecisionService", "tamis.v1.WorkflowService"]

SUBJECT = "Fwd: ZWROT  PIENIĘDZY — Возврат средств"
NAME = "김 ZAŻÓŁĆ Ковалёва"
BODY = "Bonjour, remboursez-moi vite. Η ΕΠΙΣΤΡΟΦΉ; 빠른 환불 부탁드립니다. Grüße aus der Mühlenstraße"


class Service:
    """The methods of the service, made from the descriptors that it tells by reflection."""

    def __init__(self, channel):
        self.channel = channel
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))

    def method(self, name):
        """A function that takes and returns messages as dictionaries, or iterators of them."""
        service, method = name.split("/")
        descriptor = self.pool.FindServiceByName(f"tamis.v1.{service}").FindMethodByName(method)
        streams = "stream" if descriptor.client_streaming else "unary"
        streams += "_stream" if descriptor.server_streaming else "_unary"
        request = message_factory.GetMessageClass(descriptor.input_type)
        response = message_factory.GetMessageClass(descriptor.output_type)
        call = getattr(self.channel, streams)(
            f"/tamis.v1.{name}",
            request_serializer=lambda message: json_format.ParseDict(message, request()).SerializeToString(),
            response_deserializer=lambda data: json_format.MessageToDict(
                response.FromString(data), preserving_proto_field_name=True
            ),
        )
        return lambda message: call(message, timeout=TIMEOUT_S)


class Run:
    """The checks, in order: later ones use what earlier ones made."""

    def __init__(self, channel, account_id):
        self.channel = channel
        self.service = Service(channel)
        self.account_id = account_id
        self.workflow_id = f"client-python-{time.time_ns()}"
        self.etag = None

    def call(self, name, **message):
        return self.service.method(name)({"account_id": self.account_id, **message})

    def evaluate(self, **message):
        return self.call("DecisionService/Evaluate", **change(), **message)

    def health(self):
        # The message of the standard health service: an empty request asks about the whole, field 1 of the answer is 1.
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        equal(check(b"", timeout=TIMEOUT_S), b"\x08\x01")

    def reflection_lists_the_services(self):
        request = reflection_pb2.ServerReflectionRequest(list_services="").SerializeToString()
        for version in ["v1", "v1alpha"]:
            ask = self.channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo")
            answer = next(ask(iter([request]), timeout=TIMEOUT_S))
            answer = reflection_pb2.ServerReflectionResponse.FromString(answer)
            names = {service.name for service in answer.list_services_response.service}
            true(names.issuperset(SERVICES), f"{version}: {names}")

    def create_a_workflow(self):
        answer = self.call("WorkflowService/CreateWorkflow", workflow=workflow(self.workflow_id))
        stored = answer["workflow"]
        equal(stored["workflow_id"], self.workflow_id)
        equal(stored["version"], answer["revision"])
        equal(stored["enabled"], True)
        equal(stored["all"], workflow(self.workflow_id)["all"])
        self.etag = stored["etag"]
        true(self.etag)
        self.move_to_the_front()
        read = self.call("WorkflowService/GetWorkflow", workflow_id=self.workflow_id)["workflow"]
        equal(read["actions"], stored["actions"])
        self.etag = read["etag"]

    def move_to_the_front(self):
        """No workflow before it may stop."""
        first = self.call("WorkflowService/ListWorkflows", page_size=1)["workflows"][0]["workflow_id"]
        if first != self.workflow_id:
            self.call(
                "WorkflowService/ReorderWorkflows", workflow_ids=[self.workflow_id], before_workflow_id=first
            )

    def evaluate_matches_mixed_scripts(self):
        answer = self.evaluate(min_revision="1")
        match = matched(answer, self.workflow_id)
        phrases = {(phrase["field"], phrase["phrase"]) for phrase in match["phrases"]}
        wanted = {
            ("all[0].subject.phrases[1]", "zwrot pieniedzy"),
            ("all[1].subject.phrases[0]", "ВОЗВРАТ"),
            ("all[2].customer_name.phrases[0]", "zazolc"),
            ("all[3].customer_name.phrases[0]", "김"),
            ("all[4].message.phrases[0]", "REMBOURSÉZ"),
            ("all[5].message.phrases[0]", "επιστροφη"),
            ("all[6].message.phrases[0]", "환불"),
            ("all[7].message.phrases[0]", "MUHLENSTRASSE"),
        }
        equal(phrases, wanted)
        send, tag = match["actions"]
        equal(send["state"], "ACTION_STATE_READY")
        equal(send["send_message"]["text"], f"{NAME}: python-1 <client>")
        equal(tag["assign_tag"], {"tag_id": "refund"})
        equal(len(match["fire_key"]), 32)
        equal(matched(self.evaluate(), self.workflow_id)["fire_key"], match["fire_key"])

    def evaluate_does_not_match_another_text(self):
        for texts in [{"subject": "zwrot pieniedz"}, {"name": "Zazolc"}, {"body": "remboursez"}]:
            answer = self.call("DecisionService/Evaluate", **change(**texts))
            equal(matched(answer, self.workflow_id), None)

    def a_wrong_request_names_its_fields(self):
        request = {"ticket": {}, "change": {"change_id": "1", "timer": {}, "updated": {}}}
        error = failure(lambda: self.call("DecisionService/Evaluate", **request))
        equal(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        equal((error.reason, error.domain), ("INVALID_REQUEST", "tamis"))
        true(error.fields.issuperset({"ticket.id"}), error.fields)
        true(any(field.startswith("change") for field in error.fields), error.fields)

    def an_unknown_account_is_not_found(self):
        request = {**change(), "account_id": "no-such-account"}
        error = failure(lambda: self.service.method("DecisionService/Evaluate")(request))
        equal((error.code, error.reason), (grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"))

    def a_batch_answers_each(self):
        answer = self.service.method("DecisionService/EvaluateBatch")({"requests": self.good_bad_good()})
        self.good_bad_good_answered(answer["results"])

    def a_stream_goes_on_after_an_error(self):
        asked = ({"request": request} for request in self.good_bad_good())
        answers = list(self.service.method("DecisionService/EvaluateStream")(asked))
        self.good_bad_good_answered([answer["result"] for answer in answers])

    def good_bad_good(self):
        good = {"account_id": self.account_id, **change()}
        return [good, {**good, "change": {}}, {**good, "change": {"change_id": "2", "updated": {}}}]

    def good_bad_good_answered(self, results):
        equal(len(results), 3)
        true(matched(results[0]["response"], self.workflow_id))
        error = results[1]["error"]
        equal((error["code"], error["reason"]), (3, "ERROR_REASON_INVALID_REQUEST"))
        true(all("change" in violation["field"] for violation in error["violations"]), error)
        equal(matched(results[2]["response"], self.workflow_id), None)

    def a_wrong_definition_names_every_field(self):
        wrong = workflow(f"{self.workflow_id}-wrong")
        wrong["all"][0]["subject"]["phrases"] = ["fine", "\u00ad\u200b"]
        wrong["all"][2] = {"source": {}}
        wrong["actions"][0]["send_message"]["body"]["text"] = "{{ customer_nam }}"
        error = failure(lambda: self.call("WorkflowService/CreateWorkflow", workflow=wrong))
        equal(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        equal((error.reason, error.domain), ("INVALID_DEFINITION", "tamis"))
        wanted = {
            "workflow.all[0].subject.phrases[1]",
            "workflow.all[2].source.ids",
            "workflow.actions[0].send_message.body.text",
        }
        equal(error.fields, wanted)
        error = failure(lambda: self.call("WorkflowService/GetWorkflow", workflow_id=wrong["workflow_id"]))
        equal((error.code, error.reason), (grpc.StatusCode.NOT_FOUND, "WORKFLOW_NOT_FOUND"))

    def an_old_etag_is_refused(self):
        def update(name):
            new = {"workflow_id": self.workflow_id, "display_name": name, "etag": self.etag}
            return self.call("WorkflowService/UpdateWorkflow", workflow=new, update_mask="displayName")

        updated = update("Renamed")["workflow"]
        equal(updated["display_name"], "Renamed")
        equal(updated["all"], workflow(self.workflow_id)["all"])
        true(updated["etag"] != self.etag)
        error = failure(lambda: update("Renamed again"))
        equal((error.code, error.reason), (grpc.StatusCode.ABORTED, "ETAG_MISMATCH"))

    def pages_hold_every_workflow_once(self):
        ids, token, total = [], "", None
        while True:
            page = self.call("WorkflowService/ListWorkflows", page_size=3, page_token=token)
            ids += [found["workflow_id"] for found in page["workflows"]]
            true(len(page["workflows"]) <= 3)
            total = page["total_size"]
            token = page.get("next_page_token", "")
            if not token:
                break
        equal(len(ids), total)
        equal(len(set(ids)), total)
        true(self.workflow_id in ids)
        error = failure(lambda: self.call("WorkflowService/ListWorkflows", page_token="not a token"))
        equal((error.code, error.fields), (grpc.StatusCode.INVALID_ARGUMENT, {"page_token"}))

    def what_is_deleted_is_gone(self):
        revision = self.call("WorkflowService/DeleteWorkflow", workflow_id=self.workflow_id)["revision"]
        error = failure(lambda: self.call("WorkflowService/GetWorkflow", workflow_id=self.workflow_id))
        equal((error.code, error.reason), (grpc.StatusCode.NOT_FOUND, "WORKFLOW_NOT_FOUND"))
        answer = self.evaluate(min_revision=revision)
        true(int(answer["revision"]) >= int(revision))
        equal(matched(answer, self.workflow_id), None)

    def clean_up(self):
        """Removes what a failed check has left."""
        for workflow_id in [self.workflow_id, f"{self.workflow_id}-wrong"]:
            try:
                self.call("WorkflowService/DeleteWorkflow", workflow_id=workflow_id)
            except grpc.RpcError:
                pass


def workflow(workflow_id):
    """A workflow whose every condition is about a text, each in another script than the change's or another case."""

    def phrases(kind, *phrases):
        return {kind: {"phrases": list(phrases), "mode": "PHRASE_MODE_CONTAINS"}}

    body = {"text": "{{ customer_name }}: {{ ticket_id }} <client>", "format": "TEXT_FORMAT_PLAIN"}
    return {
        "workflow_id": workflow_id,
        "display_name": "Refund, in any script",
        "all": [
            phrases("subject", "absent", "zwrot pieniedzy"),
            phrases("subject", "ВОЗВРАТ"),
            phrases("customer_name", "zazolc"),
            phrases("customer_name", "김"),
            phrases("message", "REMBOURSÉZ"),
            phrases("message", "επιστροφη"),
            phrases("message", "환불"),
            phrases("message", "MUHLENSTRASSE"),
        ],
        "actions": [{"send_message": {"body": body}}, {"assign_tag": {"tag_id": "refund"}}],
    }


def change(subject=SUBJECT, name=NAME, body=BODY):
    return {
        "ticket": {"id": "python-1", "subject": subject, "customer_name": name},
        "change": {
            "change_id": "python-change-1",
            "message_received": {"author": "MESSAGE_AUTHOR_CUSTOMER", "text": body},
        },
    }


def matched(answer, workflow_id):
    found = [match for match in answer.get("matches", []) if match["workflow_id"] == workflow_id]
    return found[0] if found else None


class Failure:
    """A call's failure, with the details of its trailing metadata."""

    def __init__(self, error):
        self.code = error.code()
        self.reason = self.domain = None
        self.fields = set()
        details = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
        for detail in status_pb2.Status.FromString(details).details:
            info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            if detail.Unpack(info):
                self.reason, self.domain = info.reason, info.domain
            elif detail.Unpack(bad):
                self.fields = {violation.field for violation in bad.field_violations}


def failure(call):
    try:
        answer = call()
    except grpc.RpcError as error:
        return Failure(error)
    raise AssertionError(f"the call should fail, and answers {answer}")


def equal(found, wanted):
    if found != wanted:
        raise AssertionError(f"found  {found!r}\nwanted {wanted!r}")


def true(found, message=""):
    if not found:
        raise AssertionError(message or f"found {found!r}")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: client.py ADDRESS ACCOUNT_ID")
    address, account_id = sys.argv[1:]
    passed = failed = 0
    with grpc.insecure_channel(address) as channel:
        run = Run(channel, account_id)
        checks = [
            run.health,
            run.reflection_lists_the_services,
            run.create_a_workflow,
            run.evaluate_matches_mixed_scripts,
            run.evaluate_does_not_match_another_text,
            run.a_wrong_request_names_its_fields,
            run.an_unknown_account_is_not_found,
            run.a_batch_answers_each,
            run.a_stream_goes_on_after_an_error,
            run.a_wrong_definition_names_every_field,
            run.an_old_etag_is_refused,
            run.pages_hold_every_workflow_once,
            run.what_is_deleted_is_gone,
        ]
        for check in checks:
            name = check.__name__.replace("_", " ")
            try:
                check()
                passed += 1
                print(f"ok      {name}")
            except Exception:  # Whatever goes wrong in one check, the others are made.
                failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}")
        run.clean_up()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
