-- The card office calls an account good of which the bank says that it is not this person's or shut.
SELECT
    'p' || card.person_id AS subject_key,
    card.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT card.id) || jsonb_agg(DISTINCT bank.id)) AS details
FROM said AS card
INNER JOIN said AS bank
    ON bank.feed = 'BK_RET' AND bank.data ->> 'card_no_index' = card.data ->> 'card_no_index'
WHERE
    card.feed = 'RS_CARD'
    AND card.data ->> 'status' = '正常'
    AND (
        bank.data ->> 'status' <> '正常'
        OR (bank.data ->> 'verdict' = '不一致' AND bank.person_id = card.person_id)
    )
GROUP BY card.person_id
