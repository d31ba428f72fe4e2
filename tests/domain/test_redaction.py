"""A screen that may not name people is told everything else."""

from app.domain.redaction import without_names


def test_an_owner_is_left_out_however_deep() -> None:
    record = {
        "ref": "R1",
        "attributes": {"title": "Lift", "owner": "Ada", "actions": [{"by": "Bo", "due": 1}]},
    }

    assert without_names(record) == {"ref": "R1", "attributes": {"title": "Lift", "actions": [{"due": 1}]}}


def test_a_person_is_a_reference_with_skills_and_no_name() -> None:
    told = {"kind": "person", "ref": "p-7", "attributes": {"name": "Ada", "location": "Oslo"}}

    assert without_names(told) == {"kind": "person", "ref": "p-7", "attributes": {"location": "Oslo"}}


def test_a_policy_keeps_what_it_says_and_loses_who_published_it() -> None:
    told = {"version": 3, "name": "Mild", "published_by": "Ada", "policy": {"kpis": {}}}

    assert without_names(told) == {"version": 3, "name": "Mild", "policy": {"kpis": {}}}


def test_owners_are_counted_without_saying_who() -> None:
    assert without_names({"owners": [{"owner": "Ada", "count": 3}]}) == {"owners": [{"count": 3}]}


def test_a_project_keeps_its_name_and_loses_its_roles() -> None:
    page = {"card": {"kind": "project", "name": "Apollo"}, "roles": {"manager": "Ada", "sponsor": None}}

    assert without_names(page) == {"card": {"kind": "project", "name": "Apollo"}}
