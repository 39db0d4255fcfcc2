"""Shared accounts: one card, several people, and nobody who allowed it.

Nobody shares with himself: rows of one human being count once. A ward on the card of the guardian
whom civil affairs registered is no sharing, nor is anybody whom the proxy register names: approved
by a second officer, valid today. Guardians' registrations hold for as many people as departments
know to be their wards (one, where no department keeps such a list), a couple's for two.
"""

SHARED = """
WITH several AS (
    SELECT a.card_index
    FROM (SELECT DISTINCT card_index FROM building WHERE card_index IS NOT NULL) mine
    JOIN accounts a ON a.card_index = mine.card_index AND a.known_to IS NULL
    JOIN persons p ON p.id = a.person_id
    GROUP BY a.card_index HAVING count(DISTINCT coalesce(p.merged_into, p.id)) > 1
),
holders AS (
    SELECT DISTINCT a.card_index, coalesce(p.merged_into, p.id) AS human_id
    FROM accounts a JOIN several USING (card_index) JOIN persons p ON p.id = a.person_id
    WHERE a.known_to IS NULL
),
ids AS (
    SELECT card_index, human_id, human_id AS person_id FROM holders
    UNION
    SELECT h.card_index, h.human_id, p.id FROM holders h JOIN persons p ON p.merged_into = h.human_id
),
wards AS (
    SELECT DISTINCT ward.card_index, ward.human_id, r.feed
    FROM ids ward
    JOIN feed_records r ON r.person_id = ward.person_id AND r.known_to IS NULL
     AND r.feed IN ('MZ_CHILD', 'WJ_PSY')
    JOIN ids guardian ON guardian.card_index = ward.card_index
     AND guardian.person_id = (r.data->>'guardian_person_id')::bigint
     AND guardian.human_id <> ward.human_id
),
proxies AS (
    SELECT DISTINCT ids.card_index, ids.human_id, x.kind
    FROM ids JOIN proxy_registrations x ON x.card_index = ids.card_index AND x.person_id = ids.person_id
    WHERE x.approved_at IS NOT NULL AND x.valid_from <= :today
      AND (x.valid_to IS NULL OR x.valid_to >= :today)
),
too_many AS (
    SELECT card_index, kind FROM proxies
    GROUP BY card_index, kind
    HAVING kind = 'guardian' AND count(*) > greatest(1, (
               SELECT count(DISTINCT w.human_id) FROM wards w WHERE w.card_index = proxies.card_index))
        OR kind = 'couple' AND (
               SELECT count(*) FROM holders h WHERE h.card_index = proxies.card_index) > 2
),
allowed AS (
    SELECT card_index, human_id FROM wards WHERE feed = 'MZ_CHILD'
    UNION
    SELECT card_index, human_id FROM proxies
    WHERE NOT EXISTS (
        SELECT FROM too_many t WHERE t.card_index = proxies.card_index AND t.kind = proxies.kind)
),
strangers AS (
    SELECT h.card_index, count(*) AS people FROM holders h
    WHERE NOT EXISTS (
        SELECT FROM allowed a WHERE a.card_index = h.card_index AND a.human_id = h.human_id)
    GROUP BY h.card_index HAVING count(*) > 1
)
SELECT b.id, jsonb_build_object('account', b.account_id, 'people', strangers.people) AS evidence
FROM building b JOIN strangers USING (card_index)
"""
