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
),

house AS (
    SELECT
        member.household_id,
        max(house_case.danger_grade) AS danger_grade,
        bool_or(house_case.accepted) AS accepted,
        bool_or(coalesce(house_case.past_aid, FALSE)) AS past_aid,
        bool_or(house_case.rent_approved) AS rent_approved,
        max(house_case.guarantee_area) AS guarantee_area
    FROM household_member AS member
    INNER JOIN house_case USING (person_id)
    GROUP BY member.household_id
),

event AS (
    SELECT
        member.household_id,
        any_value(disaster.person_id) AS struck,
        bool_or(disaster.collapsed) AS collapsed,
        max(disaster.damaged_rooms) AS damaged_rooms,
        any_value(meter.person_id) AS metered,
        bool_or(meter.bound) AS bound,
        any_value(landslide_move.person_id) AS listed,
        bool_or(landslide_move.moved) AS moved,
        any_value(care.person_id) AS served,
        bool_or(care.barrier_free_done) AS barrier_free_done,
        max(care.barrier_free_cost_fen) AS barrier_free_cost_fen,
        max(relief_application.approved_amount_fen) AS approved_amount_fen
    FROM household_member AS member
    LEFT JOIN disaster USING (person_id)
    LEFT JOIN meter USING (person_id)
    LEFT JOIN landslide_move USING (person_id)
    LEFT JOIN care USING (person_id)
    LEFT JOIN application AS relief_application
        ON relief_application.person_id = member.person_id AND relief_application.programme = 'MZ05'
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
    coalesce(counted('GA_VEH', cars.household_id, cars.cars), means.cars) AS hh__cars,
    cars.price_max_fen AS hh__car_price_max_fen,
    coalesce(told('ZR_REAL', property.household_id, coalesce(property.nonres_house, FALSE)), means.nonres_house)
        AS hh__nonres_house,
    coalesce(counted('ZR_REAL', property.household_id, property.houses), means.houses) AS hh__houses,
    coalesce(
        CASE WHEN home.size > 0
            THEN counted('ZR_REAL', property.household_id, property.house_area // home.size)
        END,
        means.house_area_pc
    ) AS hh__house_area_pc,
    coalesce(
        counted('SC_CO', equity.household_id, equity.equity_fen), means.equity_total_fen
    ) AS hh__equity_total_fen,
    means.authorised AND coalesce(means.authorised_until >= last_day(), TRUE) AS hh__authorised,
    means.refused_check AS hh__refused_check,
    counted('YB_INS', spent.household_id, spent.self_pay_fen) AS hh__medical_self_12m_fen,
    means.rigid_expense_fen AS hh__rigid_expense_m_fen,
    means.excess AS hh__household_income_excess,

    home.dibao AS sa__dibao,
    home.dibian AS sa__dibian,
    home.tekun AS sa__tekun,
    home.zcx AS sa__zcx,
    home.lowincome AS sa__lowincome,
    home.approved_date AS sa__approved_date,
    home.decide_by AS sa__decide_by,
    home.amount_fen AS sa__dibao_amount_pc_fen,
    home.tekun_date AS sa__tekun_date,
    home.tekun_decide_by AS sa__tekun_decide_by,
    home.zcx_date AS sa__zcx_date,
    home.zcx_decide_by AS sa__zcx_decide_by,
    told('GA_HUKOU', head.person_id, head.hukou_county) AS p__hukou_county,
    told('GA_HUKOU', head.person_id, head.hukou_prov) AS p__hukou_prov,
    head.residence_permit AS p__residence_permit_zj,

    relief.hardship_type AS evt__hardship_type,
    relief.relief_persons AS evt__persons,
    relief.relief_times AS evt__times_this_year,
    relief.relief_date AS evt__relief_date,
    event.approved_amount_fen AS evt__approved_amount_fen__MZ05,
    told('GD_ELE', event.metered, event.bound) AS evt__ele_meter_bound,

    told('CL_SERV', event.served, event.barrier_free_done) AS dis__barrier_free_done,
    event.barrier_free_cost_fen AS dis__barrier_free_cost_fen,
    house.danger_grade AS hou__danger_grade,
    told('JS_HOU', house.household_id, house.accepted) AS hou__accepted,
    counted('ZR_REAL', property.household_id, property.houses) = 1 AS hou__only_house,
    told('JS_HOU', house.household_id, house.past_aid) AS hou__past_aid,
    told('JS_HOU', house.household_id, house.rent_approved) AS hou__rent_approved,
    house.guarantee_area AS hou__guarantee_area,
    told('ZR_GEO', event.listed, event.moved) AS hou__geo_moved,
    told('YJ_DIS', event.struck, event.collapsed) AS dst__collapsed,
    counted('YJ_DIS', event.struck, event.damaged_rooms) AS dst__damaged_rooms
FROM assisted_household AS home
LEFT JOIN place USING (household_id)
LEFT JOIN household_means AS means USING (household_id)
LEFT JOIN household_cars AS cars USING (household_id)
LEFT JOIN household_property AS property USING (household_id)
LEFT JOIN household_equity AS equity USING (household_id)
LEFT JOIN household_medical AS spent USING (household_id)
LEFT JOIN relief USING (household_id)
LEFT JOIN house USING (household_id)
LEFT JOIN event USING (household_id)
LEFT JOIN residence AS head ON head.person_id = home.head_person_id
