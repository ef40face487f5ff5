"""The original's MySQL: its names, its claims."""

from tests.deploy.clusters import built


def test_mysql_is_the_originals_with_its_claims() -> None:
    found = built("mysql")
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "standard",
        "resources": {"requests": {"storage": "8Gi"}},
    }
    assert found["PersistentVolumeClaim", "data-my-mysql"]["spec"] == claim
    state = found["StatefulSet", "my-mysql"]["spec"]
    (template,) = state["volumeClaimTemplates"]
    assert (template["metadata"]["name"], template["spec"]) == ("data", claim)  # data-my-mysql-0
    assert (state["replicas"], ("ConfigMap", "my-mysql") in found) == (1, True)


def test_every_service_has_a_database_there() -> None:
    made = built("mysql")["ConfigMap", "my-mysql"]["data"]["databases.sql"]
    for context in ("homes", "registration", "management", "contractor", "mypage"):
        assert f"aptas_{context} " in made
