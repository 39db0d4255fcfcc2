-- The account of a person: the bank's own answer before what the card office believes.

CREATE TABLE bank_answer AS
SELECT person_id, verdict, status
FROM bk_ret
WHERE person_id IS NOT NULL AND verified_on <= last_day()
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY verified_on DESC, card_no_index) = 1;

CREATE TABLE card AS
SELECT
    person_id,
    status,
    count(*) OVER (PARTITION BY card_no_index) AS shared_by
FROM rs_card;
