"""deltalake: tables of Delta Lake on object_store, made, appended to, read, tidied."""

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from place import ENDPOINT, KEY, REGION, SECRET, TARGETS, refused
from report import Report, equal

report = Report("deltalake")


def options(secret=SECRET):
    return {
        "AWS_ENDPOINT_URL": ENDPOINT,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": secret,
        "max_retries": "0",
    }


def rows(first, count):
    return pa.table({"n": list(range(first, first + count))})


for target, bucket in TARGETS:
    table = f"s3://{bucket}/delta-{target}"

    @report.check(target, "a table made, appended to, read at both versions")
    def _(table=table):
        write_deltalake(table, rows(0, 10), storage_options=options())
        write_deltalake(table, rows(10, 5), mode="append", storage_options=options())
        equal(DeltaTable(table, storage_options=options()).to_pyarrow_table().num_rows, 15)
        equal(DeltaTable(table, version=0, storage_options=options()).to_pyarrow_table().num_rows, 10)

    @report.check(target, "rows deleted, files compacted")
    def _(table=table):
        opened = DeltaTable(table, storage_options=options())
        opened.delete("n < 3")
        opened.optimize.compact()
        equal(sorted(opened.to_pyarrow_table()["n"].to_pylist()), list(range(3, 15)))


@report.check("bucket", "old files vacuumed")
def _():
    opened = DeltaTable("s3://tools-usw2/delta-bucket", storage_options=options())
    gone = opened.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    equal(len(gone) > 0, True)
    equal(opened.to_pyarrow_table().num_rows, 12)


@report.check("alias", "vacuum is refused: it needs DeleteObjects")
def _():
    opened = DeltaTable("s3://mtoolsglobal0.mrap/delta-alias", storage_options=options())
    refused(
        "MethodNotAllowed", lambda: opened.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    )


@report.check("bucket", "a wrong secret is refused")
def _():
    refused("SignatureDoesNotMatch", lambda: write_deltalake("s3://tools-usw2/no", rows(0, 1), storage_options=options("wrong")))


report.end()
