-- Insurance: benefits running on the last day of the month, contributions, and medical costs.

CREATE TABLE insurance AS
SELECT
    person_id,
    bool_or(benefit = '失业保险金' AND runs) AS unemployment,
    bool_or(benefit = '工伤生活护理费' AND runs) AS work_injury_care,
    bool_or(benefit = '城乡居民养老' AND runs) AS rural_pension,
    bool_or(benefit = '职工养老' AND runs) AS employee_pension,
    bool_or(benefit = '城乡居民养老缴费' AND runs AND coalesce(status = '正常', TRUE)) AS rural_pension_paid,
    bool_or(benefit = '被征地农民保障' AND runs AND coalesce(status = '正常', TRUE)) AS land_lost,
    bool_or(benefit = '职工养老缴费' AND runs AND employer IS NOT NULL AND coalesce(status = '正常', TRUE))
        AS has_workunit,
    bool_or(benefit = '精减退职') AS cut_1961_65,
    max(paid_months) FILTER (benefit = '灵活就业缴费') AS flex_months,
    max(paid_amount_fen) FILTER (benefit = '灵活就业缴费') AS flex_amount_fen,
    max(paid_months) FILTER (benefit = '失业保险缴费') AS unemployment_months,
    min(work_began_on) AS work_began_on,
    max(original_wage_fen) AS original_wage_fen
FROM (SELECT *, in_force(from_date, to_date) AS runs FROM rs_ins) AS insured
GROUP BY person_id;

CREATE TABLE medical AS
SELECT
    person_id,
    arg_max(insured, year) AS insured,
    max(premium_fen) FILTER (this_year) AS premium_fen,
    max(in_scope_fen) FILTER (this_year) AS in_scope_fen,
    max(aid_paid_fen) FILTER (this_year) AS aid_paid_fen,
    bool_or(serious_ill) FILTER (this_year) AS serious_ill,
    bool_or(cancer_two) FILTER (this_year) AS cancer_two,
    bool_or(coalesce(in_force(ltc_from, ltc_to), FALSE)) AS ltc
FROM (SELECT *, year = year(last_day()) AS this_year FROM yb_ins) AS settled
WHERE year <= year(last_day())
GROUP BY person_id;
