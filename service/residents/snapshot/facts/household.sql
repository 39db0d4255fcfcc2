-- Table household: every household that lives together as social assistance knows it.

WITH place AS (
    -- The head's village; where the head is registered elsewhere, the first member's.
    SELECT
        member.household_id,
        arg_min(
            residence.division,
            {other: member.person_id IS DISTINCT FROM member.head_person_id, id: member.person_id}
        ) AS division
    FROM mz_sa AS member
    INNER JOIN residence USING (person_id)
    GROUP BY member.household_id
)

SELECT
    home.household_id,
    place.division,
    home.head_person_id AS payee_person_id,
    home.head_person_id,
    home.member_count,

    home.size AS hh__size,
    means.income_pc_fen AS hh__income_pc_fen,
    means.cash_pc_fen AS hh__cash_pc_fen,
    means.cars AS hh__cars,
    means.nonres_house AS hh__nonres_house,
    means.houses AS hh__houses,
    means.house_area_pc AS hh__house_area_pc,
    means.equity_total_fen AS hh__equity_total_fen,
    means.authorised AS hh__authorised,
    means.refused_check AS hh__refused_check,
    home.dibao AS sa__dibao,
    home.approved_date AS sa__approved_date,
    told('GA_HUKOU', head.person_id, head.hukou_county) AS p__hukou_county
FROM assisted_household AS home
LEFT JOIN place USING (household_id)
LEFT JOIN household_means AS means USING (household_id)
LEFT JOIN residence AS head ON head.person_id = home.head_person_id
