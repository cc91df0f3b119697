#!/usr/bin/env python3
"""What `apply` does, as a careful administrator writes it with csv and sqlite3.

administrator.py DATABASE MANIFEST RESULTS PRAGMAS OPERATOR CHUNK

It goes row by row: it looks up what a row needs, gathers what follows, and writes it chunk by
chunk, each in a transaction. Stores are few and are read once. `run` compares request, job and
results with those of `apply`, so the columns follow the schema. It has no digest, no sealed
passwords and no way to carry on, and reads only a plain manifest.
"""

import csv
import sqlite3
import sys
import time
from datetime import datetime

OUTCOMES = {"succeeded": 1, "partial": 2, "failed": 3, "rejected": 4}
ACTIVE = "SELECT location FROM job WHERE status = 1 OR status = 2 OR status = 5"
DONE = (
    "SELECT j.location, r.certificate FROM job j JOIN request r ON r.id = j.request"
    " WHERE j.result = 2 OR j.result = 3"
)


def milliseconds(text):
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def read_permissions(db, operator):
    """Which containers the operator may schedule in; None stands for the whole system."""
    may, named = set(), set()
    for (permission,) in db.execute(
        "SELECT permission FROM role_permission WHERE operator = ?", (operator,)
    ):
        parts = permission.strip("/").split("/")
        if parts[0] != "certificate_stores":
            continue
        container = int(parts[2]) if len(parts) > 2 else None
        named.add(container)
        if parts[1] in ("schedule", "modify"):
            may.add(container)
    return may, named


def read_stores(db, operator):
    """By id: GUID, what speaks against the store, EntryPassword, PrivateKeyAllowed."""
    may, named = read_permissions(db, operator)
    stores = {}
    for store, guid, container, approved, assigned, status, add, password, key in db.execute(
        "SELECT s.id, s.guid, s.container, s.approved, s.agent_assigned, a.status,"
        " t.add_supported, t.entry_password, t.private_key_allowed FROM store s"
        " JOIN store_type t ON t.id = s.type LEFT JOIN agent a ON a.id = s.agent"
        " WHERE s.removed = 0"
    ):
        code = None
        if not approved:
            code = "not-approved"
        elif (container if container in named else None) not in may:
            code = "no-permission"
        elif not add:
            code = "add-not-supported"
        elif not assigned or status != 2:
            code = "agent-unavailable"
        stores[store] = (guid, code, password, key)
    return stores


class Run:
    def __init__(self, db, operator, manifest, total):
        self.db = db
        self.stores = read_stores(db, operator)
        self.busy = {location for (location,) in db.execute(ACTIVE)}
        self.done = set(db.execute(DONE))
        self.started = int(time.time() * 1000)
        self.id = db.execute(
            "INSERT INTO run (digest, path, manifest, operator, settings, format, started_at,"
            " state, rows_total) VALUES (zeroblob(32), ?, ?, ?, '', 1, ?, 0, ?)",
            (manifest, manifest, operator, self.started, total),
        ).lastrowid
        self.job = db.execute("SELECT coalesce(max(id), 0) + 1 FROM job").fetchone()[0]
        self.refusal = db.execute("SELECT coalesce(max(id), 0) + 1 FROM refusal").fetchone()[0]
        self.counts = dict.fromkeys(OUTCOMES, 0)
        self.requests, self.jobs, self.refusals = [], [], []

    def find(self, row):
        """The new certificate's id, and what is wrong with the row."""
        existing, certificate = int(row["ExistingCertificateId"]), row["CertificateId"]
        if row["RequestId"]:
            found = self.db.execute(
                "SELECT certificate FROM enrollment_request WHERE id = ?"
                " AND disposition = 'ISSUED'",
                (int(row["RequestId"]),),
            ).fetchone()
            if found is None:
                return existing, None, None, "request-not-issued"
            certificate = found[0]
        if not certificate:
            return existing, None, None, "no-new-certificate"
        certificate = int(certificate)
        if certificate == existing:
            return existing, certificate, None, "same-certificate"
        new = self.db.execute(
            "SELECT not_before, not_after, revoked_at, has_private_key FROM certificate"
            " WHERE id = ?",
            (certificate,),
        ).fetchone()
        old = self.db.execute("SELECT 1 FROM certificate WHERE id = ?", (existing,)).fetchone()
        if new is None:
            return existing, certificate, None, "unknown-certificate"
        if old is None:
            return existing, certificate, None, "unknown-existing-certificate"
        return existing, certificate, new, None

    def refuse(self, location, store, password, has_key, certificate):
        """The code that refuses a location, or None."""
        guid, code, entry_password, private_key = store
        if code is not None:
            return code
        if entry_password == 2 and not password:
            return "entry-password-required"
        if private_key == 2 and has_key == 0:
            return "private-key-required"
        if private_key == 0 and has_key == 1:
            return "private-key-forbidden"
        if location in self.busy:
            return "job-pending"
        return "already-replaced" if (location, certificate) in self.done else None

    def put(self, number, line, row):
        """Decides a row; returns its line of the results."""
        request = self.id << 32 | number
        due = self.started
        if row["JobTime"]:
            due = max(due, milliseconds(row["JobTime"]))
        existing, certificate, new, fault = self.find(row)
        if fault is None and due >= new[1]:
            fault = "certificate-expired"
        elif fault is None and due < new[0]:
            fault = "certificate-not-yet-valid"
        elif fault is None and new[2] is not None:
            fault = "certificate-revoked"
        first_job, first_refusal = self.job, self.refusal
        good, bad, messages = set(), set(), []
        if fault is None:
            locations = self.db.execute(
                "SELECT id, store FROM location WHERE certificate = ? ORDER BY store, id",
                (existing,),
            ).fetchall()
            for location, place in locations:
                store = self.stores[place]
                code = self.refuse(location, store, row["Password"], new[3], certificate)
                if code is None:
                    self.jobs.append((self.job, request, location, place))
                    self.busy.add(location)
                    self.job += 1
                    good.add(store[0])
                else:
                    self.refusals.append((self.refusal, request, location, place, code))
                    self.refusal += 1
                    bad.add(store[0])
                    messages.append(f"{code}: {store[0]}")
            if not locations:
                fault = "not-in-any-store"
        if fault is not None:
            outcome = "rejected"
            messages.append(fault)
        else:
            outcome = "succeeded" if not bad else "partial" if good - bad else "failed"
        self.counts[outcome] += 1
        jobs, refusals = self.job - first_job, self.refusal - first_refusal
        self.requests.append(
            (request, line, OUTCOMES[outcome], existing, certificate, row["RequestId"] or None,
             row["JobTime"] or None, due if due != self.started else None, self.started,
             first_job if jobs else None, jobs or None, first_refusal if refusals else None,
             refusals or None, fault)
        )
        return (line, existing, certificate, row["RequestId"], row["JobTime"], outcome,
                " ".join(sorted(good - bad)), " ".join(sorted(bad)), "; ".join(messages))

    def write(self, line, finished):
        """Writes what was gathered, and how far the run has come."""
        self.db.executemany(
            "INSERT INTO request (id, line, outcome, existing, certificate, request, job_time,"
            " due_at, created_at, first_job, jobs, first_refusal, refusals, messages)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.requests,
        )
        self.db.executemany(
            "INSERT INTO job (id, request, location, store, status, result)"
            " VALUES (?, ?, ?, ?, 1, 0)",
            self.jobs,
        )
        self.db.executemany(
            "INSERT INTO refusal (id, request, location, store, code) VALUES (?, ?, ?, ?, ?)",
            self.refusals,
        )
        self.db.execute(
            "UPDATE run SET line = ?, rows_read = rows_read + ?, state = ? WHERE id = ?",
            (line, len(self.requests), finished, self.id),
        )
        self.requests, self.jobs, self.refusals = [], [], []


def main():
    path, manifest, results, pragmas, operator, chunk = sys.argv[1:]
    chunk = int(chunk)
    db = sqlite3.connect(path, isolation_level=None)
    with open(pragmas, encoding="ascii") as file:
        for line in file:
            db.execute(line)
    with open(manifest, encoding="utf-8", newline="") as file:
        total = sum(1 for _ in file) - 1
    with open(manifest, encoding="utf-8", newline="") as file, open(
        results, "w", encoding="utf-8", newline=""
    ) as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(
            "Line ExistingCertificateId CertificateId RequestId JobTime Outcome"
            " SuccessfulStores FailedStores Messages".split()
        )
        db.execute("BEGIN IMMEDIATE")
        run = Run(db, operator, manifest, total)
        for number, row in enumerate(csv.DictReader(file), 1):
            writer.writerow(run.put(number, number + 1, row))
            if number % chunk == 0:
                run.write(number + 1, 0)
                db.execute("COMMIT")
                db.execute("BEGIN IMMEDIATE")
        run.write(total + 1, 1)
        db.execute("COMMIT")
    db.close()


main()
