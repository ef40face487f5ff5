"""A list in a statement is looked for along an index: nothing hides the column, in no database's words."""

import pytest
from sqlalchemy import Dialect, select
from sqlalchemy.dialects.mysql.asyncmy import dialect as mysql
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgresql
from sqlalchemy.dialects.sqlite import dialect as sqlite

from aptas.registration.tables import claims
from aptas.storage.statements import one_of

BY_ID = select(claims.c.version).where(one_of(claims.c.id, "ids"), claims.c.status == "RECEIVED")
ARRAY, VALUES = "claims.id = ANY ($1::BIGINT[]) AND ", "claims.id IN (__[POSTCOMPILE_ids]) AND "


@pytest.mark.parametrize(("dialect", "said"), [(postgresql, ARRAY), (mysql, VALUES), (sqlite, VALUES)])
def test_a_list_is_compared_as_it_is(dialect: type[Dialect], said: str) -> None:
    assert said in str(BY_ID.compile(dialect=dialect()))
