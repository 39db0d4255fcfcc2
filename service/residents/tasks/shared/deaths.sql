-- Who is reported dead, by which feed and of which day; refuted and revoked reports are left out.
WITH report AS (
    SELECT
        s.person_id,
        s.told_of,
        s.feed,
        s.id,
        CASE s.feed
            WHEN 'GA_DEREG' THEN s.data ->> 'dereg_date'
            WHEN 'FY_COURT' THEN coalesce(s.data ->> 'death_date', s.data ->> 'effective_on')
            ELSE s.data ->> 'death_date'
        END::date AS died
    FROM said AS s
    WHERE
        (s.feed IN ('WJ_DEATH', 'MZ_CREM') AND s.data ->> 'retracted_on' IS NULL)
        OR (s.feed = 'GA_DEREG' AND s.data ->> 'reason' = '死亡' AND s.data ->> 'restored_on' IS NULL)
        OR (s.feed = 'FY_COURT' AND s.data ->> 'kind' = '宣告死亡' AND s.data ->> 'revoked_on' IS NULL)
)

SELECT
    report.person_id,
    report.feed,
    report.id,
    report.died
FROM report
WHERE NOT EXISTS (
    SELECT FROM confirmations AS c
    WHERE
        c.person_id IN (report.told_of, report.person_id)
        AND c.answer = 'alive'
        AND c.withdrawn_at IS NULL
        AND c.stated_on >= report.died
)
