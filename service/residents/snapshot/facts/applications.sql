-- Applications taken by the townships: the newest dates and amount of a person and programme.

CREATE TABLE application AS
SELECT
    person_id,
    programme,
    max(apply_date) AS apply_date,
    max(approve_date) AS approve_date,
    arg_max(approved_amount_fen, approve_date) AS approved_amount_fen,
    max(claimant_person_id) AS claimant_person_id
FROM xz_coll
GROUP BY person_id, programme;
