-- Table person, first part: everybody with a current entry in the household register, who is paid
-- for them, and what is known of their life, residence and liberty.

SELECT
    residence.person_id,
    residence.division,
    residence.person_id AS payee_person_id,
    coalesce(childcare.claimant_person_id, wj_fp.claimant_person_id) AS childcare_payee_person_id,
    coalesce(birth_grant.claimant_person_id, wj_fp.claimant_person_id) AS birth_grant_payee_person_id,
    coalesce(ty_cons.payee_person_id, residence.person_id) AS conscript_payee_person_id,
    funeral_grant.claimant_person_id AS funeral_payee_person_id,
    -- Who asked for it, or else who arranged the funeral.
    coalesce(burial_grant.claimant_person_id, funeral_handler.handler_person_id) AS burial_payee_person_id,
    pension_grant.claimant_person_id AS pension_heir_person_id,
    disaster_grant.claimant_person_id AS disaster_heir_person_id,
    wj_psy.guardian_person_id AS patient_payee_person_id,
    child.guardian_person_id,
    death.death_reported_date AS p__death_reported_date,
    dispute.person_id IS NOT NULL AS p__identity_disputed,

    residence.birth AS p__birth,
    residence.sex AS p__sex,
    residence.ethnic AS p__ethnic,
    months_of(last_day()) - months_of(residence.birth) AS p__months_old,
    year(last_day()) - year(residence.birth) AS p__age_at_year_end,
    residence.hukou_county AS p__hukou_county,
    residence.hukou_prov AS p__hukou_prov,
    residence.rural AS p__hukou_rural,
    residence.hukou_since AS p__hukou_since,
    residence.hukou_out_date AS p__hukou_out_date,
    residence.resident_division AS p__resident_code,
    residence.residence_permit AS p__residence_permit_zj,
    residence.nationality_cn AS p__nationality_cn,
    marital.status AS p__marital,

    death.death_date AS p__death_date,
    -- One report alone: nobody knows.
    CASE
        WHEN death.death_date <= last_day() THEN FALSE
        WHEN death.death_reported_date IS NULL THEN TRUE
    END AS p__alive,
    CASE WHEN death.death_date <= last_day() THEN last_day() - death.death_date END AS p__days_since_death,

    prison.from_date AS p__imprisoned_from,
    prison.to_date AS p__imprisoned_to,
    told('SF_PRISON', prison.person_id, in_force(prison.from_date, prison.to_date)) AS p__imprisoned,
    -- A court that was heard and named no judgement says that there is none.
    if(court.judged, court.sentence, if(list_contains(getvariable('delivered'), 'FY_COURT'), '无', NULL))
        AS p__sentence_type,
    told('FY_COURT', court.person_id, court.missing) AS p__missing_declared,
    counted('GA_DETAIN', custody.person_id, custody.restricted_months) AS p__restricted_months,
    told('GA_DETAIN', custody.person_id, custody.wanted) AS p__wanted,
    -- Asked about case by case: silence means that nobody asked.
    abroad.days AS p__abroad_days_12m,

    told('TY_CONS', ty_cons.person_id, ty_cons.service_status = '现役') AS p__in_service,
    told('CZ_PAY', cz_pay.person_id, cz_pay.on_payroll AND payroll.runs) AS p__fin_payroll,
    coalesce(
        mz_check.monthly_income_fen,
        taxed.income_fen,
        CASE WHEN housing_fund.pays THEN housing_fund.base_fen END
    ) AS p__monthly_income_fen,
    assistance.labour AS p__labour_capacity,

    bank_answer.verdict = '一致' AS acct__holder_match,
    coalesce(bank_answer.status, card.status) AS acct__status,
    card.shared_by AS acct__shared_by
FROM residence
LEFT JOIN dispute USING (person_id)
LEFT JOIN death USING (person_id)
LEFT JOIN marital USING (person_id)
LEFT JOIN prison USING (person_id)
LEFT JOIN court USING (person_id)
LEFT JOIN custody USING (person_id)
LEFT JOIN abroad USING (person_id)
LEFT JOIN child USING (person_id)
LEFT JOIN wj_fp USING (person_id)
LEFT JOIN wj_psy USING (person_id)
LEFT JOIN ty_cons USING (person_id)
LEFT JOIN cz_pay USING (person_id)
LEFT JOIN payroll USING (person_id)
LEFT JOIN mz_check USING (person_id)
LEFT JOIN taxed USING (person_id)
LEFT JOIN housing_fund USING (person_id)
LEFT JOIN assistance USING (person_id)
LEFT JOIN bank_answer USING (person_id)
LEFT JOIN card USING (person_id)
LEFT JOIN application AS childcare
    ON childcare.person_id = residence.person_id AND childcare.programme = 'WJ06'
LEFT JOIN application AS birth_grant
    ON birth_grant.person_id = residence.person_id AND birth_grant.programme = 'WJ07'
LEFT JOIN application AS funeral_grant
    ON funeral_grant.person_id = residence.person_id AND funeral_grant.programme = 'TY12'
LEFT JOIN application AS burial_grant
    ON burial_grant.person_id = residence.person_id AND burial_grant.programme = 'MZ19'
LEFT JOIN application AS pension_grant
    ON pension_grant.person_id = residence.person_id AND pension_grant.programme = 'RS02'
LEFT JOIN application AS disaster_grant
    ON disaster_grant.person_id = residence.person_id AND disaster_grant.programme = 'YJ04'
LEFT JOIN funeral_handler ON funeral_handler.person_id = residence.person_id
